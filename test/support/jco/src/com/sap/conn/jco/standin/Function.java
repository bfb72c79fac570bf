// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.JCoDestination;
import com.sap.conn.jco.JCoException;
import com.sap.conn.jco.JCoFunction;
import com.sap.conn.jco.JCoMetaData;
import com.sap.conn.jco.JCoParameterList;

/** One call's parameters, written as SOAP and read back. */
final class Function implements JCoFunction {
    final Module module;
    final Record imports;
    final Record exports;
    final Record changing;
    final Record tables;
    final Destination destination;

    Function(Destination destination, Module module) {
        this.destination = destination;
        this.module = module;
        imports = list(module.imports);
        exports = list(module.exports);
        changing = list(module.changing);
        tables = list(module.tables);
    }

    private static Record list(Meta meta) {
        return meta.getFieldCount() == 0 ? null : new Record(meta, false);
    }

    @Override
    public String getName() {
        return module.name;
    }

    @Override
    public JCoParameterList getImportParameterList() {
        return imports;
    }

    @Override
    public JCoParameterList getExportParameterList() {
        return exports;
    }

    @Override
    public JCoParameterList getChangingParameterList() {
        return changing;
    }

    @Override
    public JCoParameterList getTableParameterList() {
        return tables;
    }

    @Override
    public void execute(JCoDestination ignored) throws JCoException {
        if (module.work != null) {
            module.work.run(this);
            return;
        }
        Node answer = Soap.call(destination, module.name, written(imports) + written(changing) + written(tables));
        read(exports, answer);
        read(changing, answer);
        read(tables, answer);
    }

    /** Values that were set, and tables that are active: these stand in the request even when empty. */
    private static String written(Record list) {
        if (list == null) return "";
        StringBuilder text = new StringBuilder();
        for (Meta.Field field : list.meta.fields) {
            if (list.inactive.contains(field.name)) continue;
            Object value = list.row()[list.meta.indexOf(field.name)];
            if (value == null) continue;
            text.append('<').append(field.name).append('>');
            if (value instanceof Record) text.append(rows((Record) value, field.type == JCoMetaData.TYPE_TABLE));
            else text.append(Soap.escape((String) value));
            text.append("</").append(field.name).append('>');
        }
        return text.toString();
    }

    private static String rows(Record record, boolean isTable) {
        StringBuilder text = new StringBuilder();
        for (Object[] row : record.rows) {
            if (isTable) text.append("<item>");
            for (int at = 0; at < row.length; at++) {
                String name = record.meta.getName(at);
                if (row[at] != null) text.append('<').append(name).append('>').append(Soap.escape((String) row[at])).append("</").append(name).append('>');
            }
            if (isTable) text.append("</item>");
        }
        return text.toString();
    }

    private static void read(Record list, Node answer) {
        if (list == null) return;
        for (Meta.Field field : list.meta.fields) {
            Node node = answer.child(field.name);
            if (node == null || list.inactive.contains(field.name)) continue;
            int at = list.meta.indexOf(field.name);
            if (field.record == null) {
                list.row()[at] = node.text;
                continue;
            }
            Record record = (Record) list.row()[at];
            if (field.type == JCoMetaData.TYPE_TABLE) record.rows.clear();
            else fill(record, node);
            if (field.type != JCoMetaData.TYPE_TABLE) continue;
            for (Node item : node.children) {
                record.appendRow();
                fill(record, item);
            }
        }
    }

    private static void fill(Record record, Node node) {
        for (Node field : node.children) {
            int at = record.meta.indexOf(field.name);
            if (at >= 0) record.row()[at] = field.text;
        }
    }
}
