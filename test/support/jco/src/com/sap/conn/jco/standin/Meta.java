// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.JCoMetaData;
import java.util.ArrayList;
import java.util.List;

/** Names, types and lengths of a record's fields or of a module's parameters of one kind. */
final class Meta implements JCoMetaData {
    static final class Field {
        final String name;
        final int type;
        final int length;
        final int decimals;
        final Meta record;

        Field(String name, int type, int length, int decimals, Meta record) {
            this.name = name;
            this.type = type;
            this.length = length;
            this.decimals = decimals;
            this.record = record;
        }
    }

    final List<Field> fields = new ArrayList<>();

    Meta add(String name, int type, int length, int decimals) {
        fields.add(new Field(name, type, length, decimals, null));
        return this;
    }

    Meta add(String name, int type, Meta record) {
        fields.add(new Field(name, type, 0, 0, record));
        return this;
    }

    @Override
    public int getFieldCount() {
        return fields.size();
    }

    @Override
    public String getName(int index) {
        return fields.get(index).name;
    }

    @Override
    public int getType(int index) {
        return fields.get(index).type;
    }

    @Override
    public int getLength(int index) {
        return fields.get(index).length;
    }

    @Override
    public int getDecimals(int index) {
        return fields.get(index).decimals;
    }

    @Override
    public boolean hasField(String name) {
        return indexOf(name) >= 0;
    }

    @Override
    public int indexOf(String name) {
        for (int at = 0; at < fields.size(); at++) if (fields.get(at).name.equals(name)) return at;
        return -1;
    }
}
