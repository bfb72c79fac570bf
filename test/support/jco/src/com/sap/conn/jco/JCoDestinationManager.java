// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco;

import com.sap.conn.jco.standin.Rt;

public abstract class JCoDestinationManager {
    public static JCoDestination getDestination(String name) throws JCoException {
        return Rt.destination(name);
    }
}
