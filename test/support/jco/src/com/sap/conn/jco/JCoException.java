// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public class JCoException extends Exception {
    private static final long serialVersionUID = 1L;
    public static final int JCO_ERROR_COMMUNICATION = 102;
    public static final int JCO_ERROR_LOGON_FAILURE = 103;
    public static final int JCO_ERROR_SYSTEM_FAILURE = 104;
    public static final int JCO_ERROR_APPLICATION_EXCEPTION = 105;
    public static final int JCO_ERROR_RESOURCE = 106;
    public static final int JCO_ERROR_PROTOCOL = 107;
    public static final int JCO_ERROR_INTERNAL = 108;
    public static final int JCO_ERROR_CANCELLED = 109;
    public static final int JCO_ERROR_STATE_BUSY = 110;
    public static final int JCO_ERROR_ABAP_CLASS_EXCEPTION = 111;
    public static final int JCO_ERROR_REQUEST_CANCELLED = 112;
    public static final int JCO_ERROR_CONFIGURATION = 101;
    public static final int JCO_ERROR_CONVERSION = 122;
    public static final int JCO_ERROR_FUNCTION_NOT_FOUND = 123;
    public static final int JCO_ERROR_ABAP_EXCEPTION = 126;
    public static final int JCO_ERROR_FIELD_NOT_FOUND = 127;
    public static final int JCO_ERROR_NOT_SUPPORTED = 128;
    public static final int JCO_ERROR_ILLEGAL_ARGUMENT = 131;
    public static final int JCO_ERROR_CONCURRENT_CALL = 132;
    public static final int JCO_ERROR_INVALID_HANDLE = 133;
    public static final int JCO_ERROR_TIMEOUT = 135;
    public static final int JCO_ERROR_PASSWORD_CHANGE_REQUIRED = 138;

    private final int group;
    private final String key;
    private final String messageClass;
    private final char messageType;
    private final String messageNumber;
    private final String[] messageParameters;

    public JCoException(int group, String key, String message) {
        this(group, key, message, null, ' ', null, new String[4]);
    }

    public JCoException(int group, String key, String message, String messageClass, char messageType, String messageNumber, String[] parameters) {
        super(message);
        this.group = group;
        this.key = key;
        this.messageClass = messageClass;
        this.messageType = messageType;
        this.messageNumber = messageNumber;
        this.messageParameters = parameters;
    }

    public final int getGroup() {
        return group;
    }

    public final String getKey() {
        return key;
    }

    public final String getMessageClass() {
        return messageClass;
    }

    public final char getMessageType() {
        return messageType;
    }

    public final String getMessageNumber() {
        return messageNumber;
    }

    public final String[] getMessageParameters() {
        return messageParameters;
    }
}
