// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.ConversionException;
import com.sap.conn.jco.JCoMetaData;
import com.sap.conn.jco.JCoParameterList;
import com.sap.conn.jco.JCoRuntimeException;
import com.sap.conn.jco.JCoStructure;
import com.sap.conn.jco.JCoTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parameter list, structure and table in one: rows of values, kept in the form in which they travel over SOAP. Null is initial. */
class Record implements JCoParameterList, JCoStructure, JCoTable {
    final Meta meta;
    final List<Object[]> rows = new ArrayList<>();
    final Set<String> inactive = new HashSet<>();
    private int current;

    Record(Meta meta, boolean isTable) {
        this.meta = meta;
        if (!isTable) appendRow();
    }

    @Override
    public JCoMetaData getMetaData() {
        return meta;
    }

    @Override
    public int getNumRows() {
        return rows.size();
    }

    @Override
    public void setRow(int at) {
        if (at < 0 || at >= rows.size()) throw new JCoRuntimeException("row " + at + " is not there");
        current = at;
    }

    @Override
    public void appendRow() {
        Object[] row = new Object[meta.fields.size()];
        for (int at = 0; at < row.length; at++) {
            Meta.Field field = meta.fields.get(at);
            if (field.record != null) row[at] = new Record(field.record, field.type == JCoMetaData.TYPE_TABLE);
        }
        rows.add(row);
        current = rows.size() - 1;
    }

    @Override
    public void setActive(String name, boolean isActive) {
        index(name);
        if (isActive) inactive.remove(name);
        else inactive.add(name);
    }

    Object[] row() {
        return rows.get(current);
    }

    private int index(String name) {
        int at = meta.indexOf(name);
        if (at < 0) throw new JCoRuntimeException("Field " + name + " not a member of the record");
        return at;
    }

    private String held(int at) {
        return (String) row()[at];
    }

    @Override
    public String getString(int at) {
        Meta.Field field = meta.fields.get(at);
        String text = held(at);
        switch (field.type) {
            case JCoMetaData.TYPE_CHAR:
                return text == null ? "" : text.replaceAll(" +$", "");
            case JCoMetaData.TYPE_NUM:
                return text == null || text.isEmpty() ? "0".repeat(field.length) : text;
            case JCoMetaData.TYPE_DATE:
                if (text == null || text.isBlank()) return "0000-00-00";
                return text.length() == 8 ? text.substring(0, 4) + "-" + text.substring(4, 6) + "-" + text.substring(6) : text;
            case JCoMetaData.TYPE_TIME:
                if (text == null || text.isBlank()) return "00:00:00";
                return text.length() == 6 ? text.substring(0, 2) + ":" + text.substring(2, 4) + ":" + text.substring(4) : text;
            case JCoMetaData.TYPE_BYTE:
            case JCoMetaData.TYPE_XSTRING:
                throw new ConversionException("hexadecimal text is not what the bridge should read");
            default:
                return text == null ? "" : text;
        }
    }

    @Override
    public BigDecimal getBigDecimal(int at) {
        String text = held(at);
        return text == null || text.isBlank() ? BigDecimal.ZERO : new BigDecimal(text.trim());
    }

    @Override
    public double getDouble(int at) {
        return getBigDecimal(at).doubleValue();
    }

    @Override
    public long getLong(int at) {
        return getBigDecimal(at).longValueExact();
    }

    @Override
    public byte[] getByteArray(int at) {
        String text = held(at);
        return text == null ? new byte[0] : Base64.getDecoder().decode(text);
    }

    @Override
    public JCoStructure getStructure(int at) {
        return (Record) row()[at];
    }

    @Override
    public JCoTable getTable(int at) {
        return (Record) row()[at];
    }

    @Override
    public void setValue(String name, String value) {
        int at = index(name);
        Meta.Field field = meta.fields.get(at);
        boolean isFine = true;
        if (field.type == JCoMetaData.TYPE_DATE) isFine = value.matches("\\d{8}|\\d{4}-\\d{2}-\\d{2}") && !value.equals("00000000");
        else if (field.type == JCoMetaData.TYPE_TIME) isFine = value.matches("\\d{6}|\\d{2}:\\d{2}:\\d{2}");
        else if (field.type == JCoMetaData.TYPE_CHAR) isFine = value.length() <= field.length;
        else if (field.type == JCoMetaData.TYPE_NUM) isFine = value.matches("\\d{" + field.length + "}");
        else isFine = field.type == JCoMetaData.TYPE_STRING;
        if (!isFine) throw new ConversionException("Cannot convert a value of type java.lang.String to field " + name);
        row()[at] = value;
        if (field.type == JCoMetaData.TYPE_DATE || field.type == JCoMetaData.TYPE_TIME) row()[at] = getString(at);
    }

    @Override
    public void setValue(String name, int value) {
        setValue(name, (long) value);
    }

    @Override
    public void setValue(String name, long value) {
        Meta.Field field = meta.fields.get(index(name));
        long max = field.type == JCoMetaData.TYPE_INT1 ? 255 : field.type == JCoMetaData.TYPE_INT2 ? 32_767 : Long.MAX_VALUE;
        if (value > max) throw new ConversionException("Integer '" + value + "' is too large for field " + name);
        row()[index(name)] = Long.toString(value);
    }

    @Override
    public void setValue(String name, double value) {
        row()[index(name)] = new BigDecimal(Double.toString(value)).toPlainString();
    }

    @Override
    public void setValue(String name, byte[] value) {
        row()[index(name)] = Base64.getEncoder().encodeToString(value);
    }

    @Override
    public void setValue(String name, Object value) {
        if (!(value instanceof BigDecimal)) throw new ConversionException("no conversion for field " + name);
        Meta.Field field = meta.fields.get(index(name));
        BigDecimal number = (BigDecimal) value;
        if (number.precision() > field.length) throw new ConversionException("Value is too large for field " + name);
        row()[index(name)] = number.toPlainString();
    }
}
