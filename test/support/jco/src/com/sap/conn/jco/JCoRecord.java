// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

import java.math.BigDecimal;

public interface JCoRecord {
    JCoMetaData getMetaData();

    String getString(int index);

    BigDecimal getBigDecimal(int index);

    double getDouble(int index);

    long getLong(int index);

    byte[] getByteArray(int index);

    JCoStructure getStructure(int index);

    JCoTable getTable(int index);

    void setValue(String name, String value);

    void setValue(String name, int value);

    void setValue(String name, long value);

    void setValue(String name, double value);

    void setValue(String name, byte[] value);

    void setValue(String name, Object value);
}
