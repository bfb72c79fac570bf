// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public class AbapException extends JCoException {
    private static final long serialVersionUID = 1L;

    public AbapException(String key, String message, String messageClass, char messageType, String messageNumber, String[] parameters) {
        super(JCO_ERROR_ABAP_EXCEPTION, key, message, messageClass, messageType, messageNumber, parameters);
    }
}
