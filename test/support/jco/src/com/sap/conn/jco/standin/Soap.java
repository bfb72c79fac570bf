// Stand-in of the tests for SAP's Java Connector: names and behaviour as published, nothing of SAP's is in it. See standin/package-info.java.
package com.sap.conn.jco.standin;

import com.sap.conn.jco.AbapException;
import com.sap.conn.jco.JCoException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/** One call over HTTP, and what became of it in JCo's groups. */
final class Soap {
    private static final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern DUMP = Pattern.compile("Runtime Errors: ([A-Z0-9_]+)");

    private Soap() {}

    static Node call(Destination destination, String function, String inner) throws JCoException {
        Context context = Rt.current();
        String body =
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><f:" + element(function)
                + " xmlns:f=\"urn:sap-com:document:sap:rfc:functions\">" + inner + "</f:" + element(function) + "></e:Body></e:Envelope>";
        HttpRequest.Builder request = request(destination, context, "/sap/bc/soap/rfc?sap-client=" + destination.client("client") + "&sap-language="
            + destination.client("lang")).POST(HttpRequest.BodyPublishers.ofString(body)).header("content-type", "text/xml; charset=utf-8");
        try {
            return read(exchange(context, request.build()), function);
        } finally {
            if (!Rt.isStateful(context)) logOff(destination, context);
        }
    }

    static void logOff(Destination destination, Context context) {
        if (context.cookie().isEmpty()) return;
        try {
            http.send(request(destination, context, "/sap/public/bc/icf/logoff").GET().build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException gone) {
            // Nobody is there to say goodbye to.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpRequest.Builder request(Destination destination, Context context, String path) {
        String user = destination.client("user") + ":" + destination.client("passwd");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + destination.client("ashost") + path))
            .header("authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        request.header("x-sandbox-rfc-session", context.id);
        if (!context.cookie().isEmpty()) request.header("cookie", context.cookie());
        return request;
    }

    private static HttpResponse<byte[]> exchange(Context context, HttpRequest request) throws JCoException {
        CompletableFuture<HttpResponse<byte[]>> call = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        context.run(call);
        try {
            HttpResponse<byte[]> response = call.get();
            for (String cookie : response.headers().allValues("set-cookie")) context.keep(cookie);
            return response;
        } catch (CancellationException cancelled) {
            throw new JCoException(JCoException.JCO_ERROR_REQUEST_CANCELLED, "JCO_ERROR_REQUEST_CANCELLED", "connection with handle 1 closed after cancel");
        } catch (ExecutionException error) {
            String partner = request.uri().getAuthority();
            boolean isReached = !(error.getCause() instanceof ConnectException);
            if (isReached) throw communication("Connection to partner '" + partner + "' broken\nERROR Connection reset by peer\nRC -6");
            throw communication("Connect to SAP gateway failed\nERROR partner '" + partner + "' not reached\nRC -10");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw communication("interrupted");
        }
    }

    private static JCoException communication(String text) {
        return new JCoException(JCoException.JCO_ERROR_COMMUNICATION, "JCO_ERROR_COMMUNICATION", text);
    }

    private static Node read(HttpResponse<byte[]> response, String function) throws JCoException {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        int status = response.statusCode();
        if (status == 401) throw new JCoException(JCoException.JCO_ERROR_LOGON_FAILURE, "JCO_ERROR_LOGON_FAILURE", "Name or password is incorrect (repeat logon)");
        if (!response.headers().firstValue("content-type").orElse("").contains("xml")) throw page(status, text);
        try {
            Node root = Node.parse(text);
            Node fault = root.find("Fault");
            if (fault != null) throw fault(fault, function);
            Node answer = root.find(function + ".Response");
            if (answer == null) throw communication("no answer of " + function);
            return answer;
        } catch (XMLStreamException error) {
            throw communication("connection broken in the middle of an answer");
        }
    }

    /** What stands before the SOAP handler has no counterpart in RFC; the nearest one is given. */
    private static JCoException page(int status, String text) {
        if (status == 503) return communication("Connect to SAP gateway failed\nERROR CPIC 230 connection table full\nRC 230");
        if (status == 400) return communication("max no. of 100 conversations exceeded\nRC 466");
        if (status == 403 || status == 404) return communication("Connect to SAP gateway failed\nERROR partner not reached\nRC -10");
        Matcher dump = DUMP.matcher(text);
        return systemFailure(dump.find() ? shortText(dump.group(1)) : "An internal error occurred");
    }

    /** RFC tells a dump by its short text. */
    private static String shortText(String id) {
        if (id.equals("TIME_OUT")) return "Time limit exceeded.";
        if (id.startsWith("TSV_TNEW_PAGE")) return "No more storage space available for extending an internal table.";
        return "Runtime error " + id + " has occurred";
    }

    static JCoException systemFailure(String text) {
        return new JCoException(JCoException.JCO_ERROR_SYSTEM_FAILURE, "JCO_ERROR_SYSTEM_FAILURE", text + " (raised by system sandbox|sandbox_ECC_00)");
    }

    private static JCoException fault(Node fault, String function) {
        Node exception = fault.find(function + ".Exception");
        if (exception != null) {
            Node message = exception.child("Message");
            String number = message == null ? "000" : message.text("Number");
            String id = message == null ? "" : message.text("ID");
            String text = id.isEmpty() ? " Number:" + number : "ID:" + id + " Type:E Number:" + number + " " + exception.text("Text");
            return new AbapException(exception.text("Name"), text, id, 'E', number, new String[] {"", "", "", ""});
        }
        Node message = fault.find("message");
        String said = message == null ? "" : message.text;
        int colon = said.indexOf(": ");
        String key = colon < 0 ? "" : said.substring(0, colon);
        String text = colon < 0 ? said : said.substring(colon + 2);
        if (key.equals("RESOURCE_FAILURE")) return new JCoException(JCoException.JCO_ERROR_RESOURCE, "JCO_ERROR_RESOURCE", text);
        if (key.startsWith("CALL_FUNCTION")) return systemFailure("Runtime error " + key + " has occurred: " + text);
        return systemFailure(text);
    }

    private static String element(String name) {
        return name.replace("/", "_-");
    }

    /** Everything beyond plain text as a reference, so that blanks and line ends arrive as they are. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c >= 0x20 && c < 0x7f && c != '&' && c != '<' && c != '>') escaped.appendCodePoint(c);
            else escaped.append("&#").append(c).append(';');
        });
        return escaped.toString();
    }
}
