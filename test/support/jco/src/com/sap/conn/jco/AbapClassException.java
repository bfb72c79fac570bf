// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public class AbapClassException extends JCoException {
    private static final long serialVersionUID = 1L;

    public AbapClassException(String key, String message) {
        super(JCO_ERROR_ABAP_CLASS_EXCEPTION, key, message);
    }
}
