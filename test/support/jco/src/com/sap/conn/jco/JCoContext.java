// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

import com.sap.conn.jco.standin.Rt;

public abstract class JCoContext {
    public static void begin(JCoDestination destination) {
        Rt.begin();
    }

    public static void end(JCoDestination destination) throws JCoException {
        Rt.end();
    }
}
