// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

public abstract class JCo {
    public static String getVersion() {
        if (System.getenv("JCO_STANDIN_BROKEN") != null) throw new ExceptionInInitializerError(new UnsatisfiedLinkError("no sapjco3 in java.library.path"));
        return "3.1.9-stand-in";
    }
}
