// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.JCoException;

/** The interface of a function module. */
final class Module {
    interface Work {
        void run(Function function) throws JCoException;
    }

    final String name;
    final Meta imports = new Meta();
    final Meta exports = new Meta();
    final Meta changing = new Meta();
    final Meta tables = new Meta();
    /** Null where the simulated system does it. */
    Work work;

    Module(String name) {
        this.name = name;
    }

    Meta list(String parameterClass) {
        switch (parameterClass) {
            case "I":
                return imports;
            case "E":
                return exports;
            case "C":
                return changing;
            case "T":
                return tables;
            default:
                return null;
        }
    }
}
