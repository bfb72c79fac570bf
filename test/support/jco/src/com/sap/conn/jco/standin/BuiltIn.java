// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.AbapException;
import com.sap.conn.jco.JCoException;
import com.sap.conn.jco.JCoMetaData;
import java.util.HashMap;
import java.util.Map;

/** Modules that no simulated system has and that a bridge must be tried with. */
final class BuiltIn {
    static final Map<String, Module> modules = new HashMap<>();

    private BuiltIn() {}

    static Meta nestedRow() {
        return new Meta().add("TYPENAME", JCoMetaData.TYPE_CHAR, 132, 0).add("FIELDS", JCoMetaData.TYPE_TABLE, everyType());
    }

    private static Meta everyType() {
        return new Meta()
            .add("CHAR5", JCoMetaData.TYPE_CHAR, 5, 0)
            .add("TEXT", JCoMetaData.TYPE_STRING, 0, 0)
            .add("NUMC6", JCoMetaData.TYPE_NUM, 6, 0)
            .add("DAY", JCoMetaData.TYPE_DATE, 8, 0)
            .add("HOUR", JCoMetaData.TYPE_TIME, 6, 0)
            .add("AMOUNT", JCoMetaData.TYPE_BCD, 13, 2)
            .add("DECF16", JCoMetaData.TYPE_DECF16, 16, 0)
            .add("DECF34", JCoMetaData.TYPE_DECF34, 34, 0)
            .add("FLOAT", JCoMetaData.TYPE_FLOAT, 8, 0)
            .add("INT1", JCoMetaData.TYPE_INT1, 1, 0)
            .add("INT2", JCoMetaData.TYPE_INT2, 2, 0)
            .add("INT4", JCoMetaData.TYPE_INT, 4, 0)
            .add("INT8", JCoMetaData.TYPE_INT8, 8, 0)
            .add("RAW3", JCoMetaData.TYPE_BYTE, 3, 0)
            .add("BYTES", JCoMetaData.TYPE_XSTRING, 0, 0);
    }

    static {
        Module echo = new Module("Z_ECHO_TYPES");
        echo.imports.add("IS_TYPES", JCoMetaData.TYPE_STRUCTURE, everyType());
        echo.exports.add("ES_TYPES", JCoMetaData.TYPE_STRUCTURE, everyType());
        echo.exports.add("ET_TYPES", JCoMetaData.TYPE_TABLE, everyType());
        echo.exports.add("EV_ASKED", JCoMetaData.TYPE_STRING, 0, 0);
        echo.changing.add("CV_DAY", JCoMetaData.TYPE_DATE, 8, 0);
        echo.tables.add("TYPES", JCoMetaData.TYPE_TABLE, everyType());
        echo.tables.add("OTHERS", JCoMetaData.TYPE_TABLE, everyType());
        echo.work = function -> {
            Object[] from = ((Record) function.imports.getStructure(0)).row();
            System.arraycopy(from, 0, ((Record) function.exports.getStructure(0)).row(), 0, from.length);
            ((Record) function.exports.getTable(1)).rows.addAll(((Record) function.tables.getTable(0)).rows);
            String asked = "";
            for (Meta.Field table : echo.tables.fields) asked += function.tables.inactive.contains(table.name) ? "" : table.name + " ";
            function.exports.setValue("EV_ASKED", asked);
        };
        modules.put(echo.name, echo);

        Module nested = new Module("Z_NESTED");
        nested.imports.add("IT_LINES", JCoMetaData.TYPE_TABLE, nestedRow());
        nested.tables.add("LINES", JCoMetaData.TYPE_TABLE, nestedRow());
        nested.exports.add("EV_DONE", JCoMetaData.TYPE_CHAR, 1, 0);
        nested.exports.add("ET_NESTED", JCoMetaData.TYPE_TABLE, nestedRow());
        nested.work = function -> {
            if (!function.exports.inactive.contains("ET_NESTED")) throw Soap.systemFailure("ET_NESTED was asked for");
            function.exports.setValue("EV_DONE", "X");
        };
        modules.put(nested.name, nested);

        Module message = new Module("RFC_RAISE_ERROR");
        message.imports.add("MESSAGETYPE", JCoMetaData.TYPE_CHAR, 1, 0);
        message.work = function -> {
            char type = function.imports.getString(0).charAt(0);
            String[] variables = {"4711", "1000", "", ""};
            throw new JCoException(
                JCoException.JCO_ERROR_SYSTEM_FAILURE, "JCO_ERROR_SYSTEM_FAILURE", "Vendor 4711 does not exist in 1000", "F5", type, "104", variables);
        };
        modules.put(message.name, message);

        Module secrets = new Module("Z_TELL_SECRETS");
        secrets.work = function -> {
            String password = function.destination.client("passwd");
            throw new AbapException("SECRETS", "logged on with " + password, "00", 'E', "001", new String[] {password, "", "", ""});
        };
        modules.put(secrets.name, secrets);
    }
}
