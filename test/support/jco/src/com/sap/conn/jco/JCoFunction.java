// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public interface JCoFunction {
    String getName();

    /** These are null where the module has no parameter of the kind. */
    JCoParameterList getImportParameterList();

    JCoParameterList getExportParameterList();

    JCoParameterList getChangingParameterList();

    JCoParameterList getTableParameterList();

    void execute(JCoDestination destination) throws JCoException;
}
