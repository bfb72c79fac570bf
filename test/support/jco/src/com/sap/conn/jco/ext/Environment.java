// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.ext;

import com.sap.conn.jco.standin.Rt;

public abstract class Environment {
    public static void registerDestinationDataProvider(DestinationDataProvider provider) {
        Rt.destinations = provider;
    }

    public static void registerSessionReferenceProvider(SessionReferenceProvider provider) {
        Rt.sessions = provider;
    }
}
