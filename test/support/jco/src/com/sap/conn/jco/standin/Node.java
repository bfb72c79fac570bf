// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** An element of an answer. */
final class Node {
    final String name;
    final List<Node> children = new ArrayList<>();
    String text = "";

    Node(String name) {
        this.name = name;
    }

    Node child(String wanted) {
        for (Node child : children) if (child.name.equals(wanted)) return child;
        return null;
    }

    String text(String wanted) {
        Node child = child(wanted);
        return child == null ? "" : child.text;
    }

    /** The first element of this name at any depth. */
    Node find(String wanted) {
        if (name.equals(wanted)) return this;
        for (Node child : children) {
            Node found = child.find(wanted);
            if (found != null) return found;
        }
        return null;
    }

    /** RFC carries control characters that XML cannot: they travel through the parser in the private use area. */
    static Node parse(String xml) throws XMLStreamException {
        StringBuilder legal = new StringBuilder(xml.length());
        for (int at = 0; at < xml.length(); at++) {
            char c = xml.charAt(at);
            legal.append(c < 0x20 && c != '\t' && c != '\n' && c != '\r' ? (char) (c + 0xE000) : c);
        }
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(legal.toString()));
        Node root = new Node("");
        List<Node> open = new ArrayList<>(List.of(root));
        while (reader.hasNext()) {
            int event = reader.next();
            Node top = open.get(open.size() - 1);
            if (event == XMLStreamConstants.START_ELEMENT) {
                Node node = new Node(reader.getLocalName().replace("_-", "/"));
                top.children.add(node);
                open.add(node);
            } else if (event == XMLStreamConstants.END_ELEMENT) open.remove(open.size() - 1);
            else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) top.text += unmasked(reader.getText());
        }
        return root;
    }

    private static String unmasked(String text) {
        StringBuilder plain = null;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < 0xE000 || c >= 0xE020) continue;
            if (plain == null) plain = new StringBuilder(text);
            plain.setCharAt(at, (char) (c - 0xE000));
        }
        return plain == null ? text : plain.toString();
    }
}
