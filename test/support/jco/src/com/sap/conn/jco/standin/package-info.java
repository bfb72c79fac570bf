/**
 * A stand-in for SAP's Java Connector in the tests of the bridge: the part of its public interface that the bridge uses, written for this project and
 * forwarding every call to the simulated ECC over its SOAP-RFC door. What JCo does and SOAP does not is done here: interfaces are read from the system
 * and kept, trailing blanks of characters are cut, failures come as JCo's groups, a stateful context holds one session, and a session whose provider says
 * it has ended is cut off in the middle of its call. `BuiltIn` holds what no simulated module offers: every type, nested types, a MESSAGE.
 *
 * The system's address is in `jco.client.ashost` as `host:port`.
 */
package com.sap.conn.jco.standin;
