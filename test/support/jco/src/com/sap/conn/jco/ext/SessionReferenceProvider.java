// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.ext;

public interface SessionReferenceProvider {
    JCoSessionReference getCurrentSessionReference(String scopeType);

    boolean isSessionAlive(String sessionId);

    void jcoServerSessionContinued(String sessionId) throws SessionException;

    void jcoServerSessionFinished(String sessionId);

    void jcoServerSessionPassivated(String sessionId) throws SessionException;

    JCoSessionReference jcoServerSessionStarted() throws SessionException;
}
