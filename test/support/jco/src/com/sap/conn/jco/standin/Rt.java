// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.JCoDestination;
import com.sap.conn.jco.JCoException;
import com.sap.conn.jco.ext.DestinationDataProvider;
import com.sap.conn.jco.ext.SessionReferenceProvider;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** Which providers are registered, which sessions hold a context, and the check whether they still live. */
public final class Rt {
    public static volatile DestinationDataProvider destinations;
    public static volatile SessionReferenceProvider sessions;
    private static final Map<String, Context> contexts = new ConcurrentHashMap<>();
    private static final Map<String, Destination> known = new ConcurrentHashMap<>();
    /** JCo looks every five minutes unless told otherwise; a test does not wait for that. */
    private static final int CHECK_MS = 50;

    static {
        Thread checker = new Thread(Rt::check, "session checker");
        checker.setDaemon(true);
        checker.start();
        // What the real one does too, and what must not reach the protocol.
        System.out.println("stand-in for SAP JCo loaded");
    }

    private Rt() {}

    public static JCoDestination destination(String name) throws JCoException {
        Properties properties = destinations == null ? null : destinations.getDestinationProperties(name);
        if (properties == null) throw new JCoException(106, "JCO_ERROR_RESOURCE", "Destination " + name + " does not exist");
        Destination destination = new Destination(properties);
        return known.computeIfAbsent(name, ignored -> destination);
    }

    public static void begin() {
        String id = sessions.getCurrentSessionReference(null).getID();
        contexts.computeIfAbsent(id, ignored -> new Context());
    }

    public static void end() throws JCoException {
        Context context = contexts.remove(sessions.getCurrentSessionReference(null).getID());
        if (context == null) throw new JCoException(101, "JCO_ERROR_PROGRAM", "There is no context to end");
        for (Destination destination : known.values()) Soap.logOff(destination, context);
    }

    /** A stateless call has a session of its own, closed after it: there is no pool here. */
    static Context current() {
        Context context = contexts.get(sessions.getCurrentSessionReference(null).getID());
        return context == null ? new Context() : context;
    }

    static boolean isStateful(Context context) {
        return contexts.containsValue(context);
    }

    private static void check() {
        while (true) {
            for (Map.Entry<String, Context> entry : contexts.entrySet())
                if (!sessions.isSessionAlive(entry.getKey())) entry.getValue().cancel();
            try {
                Thread.sleep(CHECK_MS);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }
}
