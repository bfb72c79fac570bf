// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.JCoDestination;
import com.sap.conn.jco.JCoException;
import com.sap.conn.jco.JCoFunction;
import com.sap.conn.jco.JCoMetaData;
import com.sap.conn.jco.JCoRepository;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** Where calls go, and what is known of the interfaces there: read once, for all sessions. */
final class Destination implements JCoDestination, JCoRepository {
    final Properties properties;
    private final Map<String, Module> modules = new ConcurrentHashMap<>();
    private final Map<String, Meta> structures = new ConcurrentHashMap<>();

    Destination(Properties properties) throws JCoException {
        this.properties = properties;
        boolean isServer = given("ashost") && given("sysnr");
        boolean isGroup = given("mshost") && (given("r3name") || given("msserv"));
        if (!isServer && !isGroup) throw invalid("neither jco.client.ashost with sysnr nor jco.client.mshost with r3name is configured");
        if (!given("client")) throw invalid("jco.client.client is missing");
        if (!given("passwd") && !"1".equals(properties.getProperty("jco.client.snc_mode"))) throw invalid("jco.client.passwd is missing");
    }

    private static JCoException invalid(String what) {
        return new JCoException(101, "JCO_ERROR_CONFIGURATION", "Initialization of destination SAP failed: " + what);
    }

    private boolean given(String key) {
        return properties.getProperty("jco.client." + key) != null;
    }

    String client(String key) {
        return properties.getProperty("jco.client." + key, "");
    }

    @Override
    public JCoRepository getRepository() {
        return this;
    }

    @Override
    public JCoFunction getFunction(String name) throws JCoException {
        Module module = modules.get(name);
        if (module == null) {
            module = BuiltIn.modules.get(name);
            if (module == null) module = read(name);
            else Soap.call(this, "RFC_PING", "");
            if (module == null) return null;
            modules.put(name, module);
        }
        return new Function(this, module);
    }

    private Module read(String name) throws JCoException {
        Node answer;
        try {
            answer = Soap.call(this, "RFC_GET_FUNCTION_INTERFACE", "<FUNCNAME>" + Soap.escape(name) + "</FUNCNAME><PARAMS/>");
        } catch (JCoException error) {
            if ("FU_NOT_FOUND".equals(error.getKey())) return null;
            throw error;
        }
        Module module = new Module(name);
        for (Node row : answer.child("PARAMS").children) {
            Meta list = module.list(row.text("PARAMCLASS"));
            if (list != null) add(list, row);
        }
        // A real system has this one: a table whose rows hold tables (sap-rfc 3.1).
        if (name.equals("DDIF_FIELDINFO_GET")) module.exports.add("LINES_DESCR", JCoMetaData.TYPE_TABLE, BuiltIn.nestedRow());
        return module;
    }

    private void add(Meta list, Node row) throws JCoException {
        String exid = row.text("EXID");
        int bytes = Integer.parseInt(row.text("INTLENGTH").trim());
        boolean isTable = row.text("PARAMCLASS").equals("T") || exid.equals("h");
        if (isTable || exid.equals("u")) {
            list.add(row.text("PARAMETER"), isTable ? JCoMetaData.TYPE_TABLE : JCoMetaData.TYPE_STRUCTURE, structure(row.text("TABNAME")));
            return;
        }
        int type = scalar(exid);
        boolean isWide = type == JCoMetaData.TYPE_CHAR || type == JCoMetaData.TYPE_NUM || type == JCoMetaData.TYPE_DATE || type == JCoMetaData.TYPE_TIME;
        int length = isWide ? bytes / 2 : type == JCoMetaData.TYPE_BCD ? bytes * 2 - 1 : bytes;
        list.add(row.text("PARAMETER"), type, length, Integer.parseInt(row.text("DECIMALS").trim()));
    }

    private Meta structure(String name) throws JCoException {
        Meta found = structures.get(name);
        if (found != null) return found;
        Node answer = Soap.call(this, "DDIF_FIELDINFO_GET", "<TABNAME>" + Soap.escape(name) + "</TABNAME><DFIES_TAB/>");
        Meta read = new Meta();
        for (Node row : answer.child("DFIES_TAB").children)
            read.add(row.text("FIELDNAME"), field(row.text("DATATYPE")), Integer.parseInt(row.text("LENG")), Integer.parseInt(row.text("DECIMALS")));
        structures.put(name, read);
        return read;
    }

    private static int scalar(String exid) {
        switch (exid) {
            case "D":
                return JCoMetaData.TYPE_DATE;
            case "T":
                return JCoMetaData.TYPE_TIME;
            case "N":
                return JCoMetaData.TYPE_NUM;
            case "I":
                return JCoMetaData.TYPE_INT;
            case "P":
                return JCoMetaData.TYPE_BCD;
            case "g":
                return JCoMetaData.TYPE_STRING;
            case "C":
                return JCoMetaData.TYPE_CHAR;
            default:
                throw new IllegalStateException("the simulated system has a parameter of type " + exid);
        }
    }

    private static int field(String dataType) {
        switch (dataType) {
            case "DATS":
                return JCoMetaData.TYPE_DATE;
            case "TIMS":
                return JCoMetaData.TYPE_TIME;
            case "NUMC":
                return JCoMetaData.TYPE_NUM;
            case "DEC":
            case "CURR":
            case "QUAN":
                return JCoMetaData.TYPE_BCD;
            case "INT1":
                return JCoMetaData.TYPE_INT1;
            case "INT2":
                return JCoMetaData.TYPE_INT2;
            case "INT4":
                return JCoMetaData.TYPE_INT;
            case "FLTP":
                return JCoMetaData.TYPE_FLOAT;
            case "RAW":
                return JCoMetaData.TYPE_BYTE;
            case "STRG":
                return JCoMetaData.TYPE_STRING;
            case "RSTR":
                return JCoMetaData.TYPE_XSTRING;
            default:
                return JCoMetaData.TYPE_CHAR;
        }
    }
}
