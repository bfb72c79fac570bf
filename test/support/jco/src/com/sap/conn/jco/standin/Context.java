// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;

/** One connection: its cookies, and the call that is on its way. */
final class Context {
    /** What the simulated ECC keeps for one connection, an unfinished posting say, it keeps by this. */
    final String id = UUID.randomUUID().toString();
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private volatile Future<?> running;
    private volatile boolean isCancelled;

    synchronized void keep(String setCookie) {
        String pair = setCookie.split(";", 2)[0];
        cookies.put(pair.split("=", 2)[0], pair);
    }

    synchronized String cookie() {
        return String.join("; ", cookies.values());
    }

    void run(Future<?> call) {
        running = call;
        if (isCancelled) call.cancel(true);
    }

    void cancel() {
        isCancelled = true;
        Future<?> call = running;
        if (call != null) call.cancel(true);
    }
}
