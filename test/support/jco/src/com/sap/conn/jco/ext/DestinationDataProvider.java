// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.ext;

import java.util.Properties;

public interface DestinationDataProvider {
    String JCO_PASSWD = "jco.client.passwd";
    String JCO_POOL_CAPACITY = "jco.destination.pool_capacity";
    String JCO_PEAK_LIMIT = "jco.destination.peak_limit";
    String JCO_EXPIRATION_TIME = "jco.destination.expiration_time";
    String JCO_EXPIRATION_PERIOD = "jco.destination.expiration_check_period";

    Properties getDestinationProperties(String destinationName);

    boolean supportsEvents();

    void setDestinationDataEventListener(DestinationDataEventListener listener);
}
