// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public interface JCoMetaData {
    int TYPE_CHAR = 0;
    int TYPE_DATE = 1;
    int TYPE_BCD = 2;
    int TYPE_TIME = 3;
    int TYPE_BYTE = 4;
    int TYPE_NUM = 6;
    int TYPE_FLOAT = 7;
    int TYPE_INT = 8;
    int TYPE_INT2 = 9;
    int TYPE_INT1 = 10;
    int TYPE_STRUCTURE = 17;
    int TYPE_DECF16 = 23;
    int TYPE_DECF34 = 24;
    int TYPE_STRING = 29;
    int TYPE_XSTRING = 30;
    int TYPE_INT8 = 31;
    int TYPE_TABLE = 99;

    int getFieldCount();

    String getName(int index);

    int getType(int index);

    int getLength(int index);

    int getDecimals(int index);

    boolean hasField(String name);

    int indexOf(String name);
}
