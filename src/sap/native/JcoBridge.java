/*
 * Native RFC through SAP's Java Connector, as a child process of the agent. Started from source, without a build:
 *
 *     java -cp /path/to/sapjco3.jar JcoBridge.java                      Java 11 or newer; the customer brings the jar and its native library
 *
 * It speaks one JSON object a line: `open` first, then calls; docs/native-rfc.md says what each line means. A session
 * of that protocol is one RFC connection with its ABAP context, kept between calls (JCoContext), so that a BAPI and its commit meet. Whoever started it
 * decides what a failure means and whether to try again; this program translates, and never repeats a call or a logon.
 *
 * Secrets come in by the `open` line and leave in no other direction: JCo gets the password from a provider in memory, every text that goes out is
 * searched for it, and standard output belongs to the protocol alone (what JCo prints goes to standard error).
 *
 * What is known of JCo, and how well: [S] read in its published documentation or in public programs that use it, [K] general knowledge not read again.
 * No line of this file has met a real system; what is [K] here is to be looked at first when it does.
 *
 * Read from the top: the main loop, a session and its calls, the values, the failures, the logon, JCo's providers, the lines, JSON.
 */

import com.sap.conn.jco.AbapClassException;
import com.sap.conn.jco.AbapException;
import com.sap.conn.jco.JCo;
import com.sap.conn.jco.JCoContext;
import com.sap.conn.jco.JCoDestination;
import com.sap.conn.jco.JCoDestinationManager;
import com.sap.conn.jco.JCoException;
import com.sap.conn.jco.JCoFunction;
import com.sap.conn.jco.JCoMetaData;
import com.sap.conn.jco.JCoParameterList;
import com.sap.conn.jco.JCoRecord;
import com.sap.conn.jco.JCoTable;
import com.sap.conn.jco.ext.DestinationDataEventListener;
import com.sap.conn.jco.ext.DestinationDataProvider;
import com.sap.conn.jco.ext.Environment;
import com.sap.conn.jco.ext.JCoSessionReference;
import com.sap.conn.jco.ext.SessionReferenceProvider;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public final class JcoBridge {

    private static final int VERSION = 1;
    private static final int SESSIONS_MAX = 100;
    private static final long CLOSING_MS = 2_000;

    public static void main(String[] arguments) {
        OutputStream protocol = new FileOutputStream(FileDescriptor.out);
        // A library that prints would break the protocol: its words belong to the diagnostics.
        System.setOut(System.err);
        Out out = new Out(protocol);
        new JcoBridge(out).run(new Lines(new BufferedInputStream(System.in, 1 << 16)));
    }

    private final Out out;
    private final Map<Integer, Session> sessions = new HashMap<>();
    private Connection connection;

    private JcoBridge(Out out) {
        this.out = out;
    }

    /** One line after the other until standard input ends. Lines never wait for SAP: each session works on a thread of its own. */
    private void run(Lines lines) {
        try {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.isBlank()) continue;
                Fields message = new Fields(Json.read(line));
                if (connection == null) open(message);
                else if (!take(message)) break;
            }
            close();
        } catch (Fatal fatal) {
            end(fatal);
        } catch (IOException error) {
            close();
        } catch (RuntimeException error) {
            // An exception of ours quotes no line: a line may hold the password.
            end(new Fatal("BAD_LINE", "The line could not be worked on (" + error.getClass().getSimpleName() + ")."));
        }
    }

    private void open(Fields message) throws Fatal {
        if (!"open".equals(message.text("type"))) throw new Fatal("BAD_LINE", "The first line is not \"open\".");
        connection = Connection.open(message, out);
        Json ready = new Json().open().text("type", "ready").number("version", VERSION).text("driver", "jco");
        out.line(ready.text("library", connection.library).done());
    }

    private boolean take(Fields message) throws Fatal {
        switch (message.text("type")) {
            case "call":
                Call call = new Call(message);
                if (connection.abandoned.get() > connection.sessionsMax)
                    throw new Fatal("TOO_MANY_CANCELLED", "More cancelled calls are still running in SAP than there are sessions.");
                session(call.session).add(call);
                return true;
            case "forget":
                Session forgotten = sessions.remove(message.integer("session"));
                if (forgotten != null) forgotten.forget();
                return true;
            case "close":
                return false;
            default:
                throw new Fatal("BAD_LINE", "The type of a line is unknown.");
        }
    }

    /** A session that was lost is never used again: whether JCo would begin a second context where the first broke is [K]. */
    private Session session(int number) throws Fatal {
        if (number < 0 || number > connection.sessionsMax)
            throw new Fatal("BAD_LINE", "Session " + number + " is beyond the " + connection.sessionsMax + " that were opened.");
        Session session = sessions.get(number);
        if (session != null && !session.isGone) return session;
        Session opened = new Session(connection);
        sessions.put(number, opened);
        return opened;
    }

    /** Idle sessions say goodbye to SAP; one in the middle of a call is not waited for longer than a moment. */
    private void close() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MS);
        for (Session session : sessions.values()) session.forget();
        for (Session session : sessions.values()) session.join(until);
        leave(0);
    }

    private void end(Fatal fatal) {
        String detail = connection == null ? fatal.getMessage() : connection.scrub(fatal.getMessage());
        out.line(new Json().open().text("type", "fatal").text("key", fatal.key).text("detail", detail).done());
        leave(1);
    }

    /** JCo closes its pool in a shutdown hook [S, release notes 3.0.11]; a hook that hangs is cut short. */
    private static void leave(int status) {
        Thread last = new Thread(() -> {
            sleep(CLOSING_MS);
            Runtime.getRuntime().halt(status);
        });
        last.setDaemon(true);
        last.start();
        System.exit(status);
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException woken) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of the whole process, told in one line. */
    private static final class Fatal extends Exception {
        private static final long serialVersionUID = 1L;
        final String key;

        Fatal(String key, String detail) {
            super(detail);
            this.key = key;
        }
    }

    // ---- A session: one thread, one connection, one ABAP context --------------------------------------------------------------------------------------

    /** JCo binds a stateful context to the session that its provider names [S]; here that is the thread. */
    private static final class Session implements JCoSessionReference, Runnable {
        private static final AtomicInteger numbers = new AtomicInteger();

        final Connection connection;
        final Thread thread;
        final String id = "session-" + numbers.incrementAndGet();
        final LinkedBlockingQueue<Call> queue = new LinkedBlockingQueue<>();
        /** Takes no more calls: lost by a failure, or given up in the middle of a call. */
        volatile boolean isGone;
        private boolean isAbandoned;
        private volatile Call running;
        private boolean isOpen;

        Session(Connection connection) {
            this.connection = connection;
            thread = new Thread(this, id);
            thread.setDaemon(true);
            connection.provider.alive.put(id, this);
            thread.start();
        }

        void add(Call call) {
            call.arm(connection, () -> abandon(call));
            queue.add(call);
        }

        /** No more calls; what runs is cancelled. */
        void forget() {
            Call interrupted = running;
            if (interrupted != null) abandon(interrupted);
            queue.add(Call.LAST);
        }

        /**
         * The caller is told at once and the thread is left to itself: JCo has no call to cancel with. It closes a stateful connection in the middle of its
         * call when the provider says that its session has ended [S: stack traces of JCO_ERROR_REQUEST_CANCELLED from its session checker], within a
         * minute or two by the properties in `Connection`. What SAP does meanwhile goes on.
         */
        private void abandon(Call call) {
            if (!call.claim()) return;
            synchronized (this) {
                if (!isAbandoned) {
                    isGone = isAbandoned = true;
                    connection.abandoned.incrementAndGet();
                    connection.provider.alive.remove(id);
                    queue.add(Call.LAST);
                }
            }
            connection.out.line(new Failure(4, "RFC_CANCELED", "RFC_CANCELED", "Connection was canceled.").line(call, connection));
        }

        @Override
        public void run() {
            connection.provider.current.set(this);
            try {
                for (Call call = queue.take(); call != Call.LAST; call = queue.take()) {
                    work(call);
                    if (isGone) break;
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (VirtualMachineError broken) {
                // No memory: nothing that is kept can be trusted, and a new process is a retriable error for the caller.
                Runtime.getRuntime().halt(3);
            } finally {
                release();
                connection.provider.alive.remove(id);
                for (Call left = queue.poll(); left != null; left = queue.poll()) if (left != Call.LAST) abandon(left);
                if (wasAbandoned()) connection.abandoned.decrementAndGet();
            }
        }

        private synchronized boolean wasAbandoned() {
            return isAbandoned;
        }

        private void work(Call call) {
            running = call;
            try {
                if (call.isOver()) return;
                new Execution(this, call).run();
            } catch (Failure failure) {
                // After most failures the context in SAP is gone or not to be trusted: it is closed before the caller hears of it.
                if (failure.isSessionLost) {
                    isGone = true;
                    release();
                }
                if (call.claim()) connection.out.line(failure.line(call, connection));
            } finally {
                running = null;
            }
        }

        /** Opening logs nobody on: JCo takes a connection at the first call inside the context [S]. */
        void begin() {
            if (isOpen) return;
            JCoContext.begin(connection.destination);
            isOpen = true;
        }

        /** Ends the context: SAP rolls back what was not committed, and the connection is closed or reset [S]. */
        private void release() {
            if (!isOpen) return;
            isOpen = false;
            try {
                JCoContext.end(connection.destination);
            } catch (JCoException | RuntimeException closed) {
                // A broken connection cannot be ended; it is gone either way.
            }
        }

        void join(long until) {
            try {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left > 0) thread.join(left);
            } catch (InterruptedException woken) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public String getID() {
            return id;
        }

        @Override
        public void contextStarted() {}

        @Override
        public void contextFinished() {}
    }

    /** What one `call` line asks. Exactly one answer or failure is written for it: whoever claims it first writes. */
    private static final class Call {
        static final Call LAST = new Call();

        final int id;
        final int session;
        final String function;
        final Map<String, Object> parameters;
        final Set<String> tables;
        final String rowsOf;
        final long timeoutMs;
        private boolean isOver;
        private ScheduledFuture<?> timeout;

        private Call() {
            id = session = -1;
            function = rowsOf = null;
            parameters = Map.of();
            tables = Set.of();
            timeoutMs = 0;
        }

        Call(Fields line) throws Fatal {
            id = line.integer("id");
            session = line.integer("session");
            function = line.text("function");
            parameters = line.object("parameters");
            rowsOf = line.has("rowsOf") ? line.text("rowsOf") : null;
            timeoutMs = line.integer("timeoutMs");
            tables = new HashSet<>(line.texts("tables"));
            if (rowsOf != null) tables.add(rowsOf);
            if (timeoutMs <= 0) throw new Fatal("BAD_LINE", "The time of a call is not positive.");
        }

        void arm(Connection connection, Runnable atTimeout) {
            timeout = connection.timers.schedule(atTimeout, timeoutMs, TimeUnit.MILLISECONDS);
        }

        synchronized boolean isOver() {
            return isOver;
        }

        synchronized boolean claim() {
            if (isOver) return false;
            isOver = true;
            timeout.cancel(false);
            return true;
        }

        /** False where nobody waits for these rows any more. */
        synchronized boolean write(Out out, String rows) {
            if (!isOver) out.line(rows);
            return !isOver;
        }
    }

    // ---- A call: metadata, parameters in, execution, values out ---------------------------------------------------------------------------------------

    private static final class Execution {
        private static final int ROWS_A_LINE = 500;
        private static final int CHARACTERS_A_LINE = 256 * 1024;

        private final Session session;
        private final Connection connection;
        private final Call call;

        Execution(Session session, Call call) {
            this.session = session;
            this.connection = session.connection;
            this.call = call;
        }

        void run() throws Failure {
            try {
                JCoFunction function = function();
                fill(function);
                if (call.isOver()) return;
                function.execute(connection.destination);
                answer(function);
            } catch (JCoException error) {
                throw Failure.of(error);
            } catch (RuntimeException | LinkageError error) {
                throw new Failure(5, "RFC_EXTERNAL_FAILURE", "RFC_EXTERNAL_FAILURE", error.getClass().getSimpleName() + ": " + error.getMessage());
            }
        }

        /** The interface is asked from SAP once and kept by JCo; `null` is a module that does not exist or may not be called from outside [S]. */
        private JCoFunction function() throws Failure, JCoException {
            JCoFunction function = connection.logon.first(() -> {
                session.begin();
                return connection.destination.getRepository().getFunction(call.function);
            });
            if (function != null) return function;
            String message = "ID:FL Type:E Number:046 " + call.function;
            Failure failure = new Failure(1, "RFC_ABAP_EXCEPTION", "FU_NOT_FOUND", message);
            throw failure.alive().message("FL", "046", "E", new String[] {call.function});
        }

        private void fill(JCoFunction function) throws Failure {
            Set<String> unknown = new HashSet<>(call.parameters.keySet());
            unknown.addAll(call.tables);
            setValues(function.getImportParameterList(), unknown);
            setValues(function.getChangingParameterList(), unknown);
            setValues(function.getTableParameterList(), unknown);
            chooseTables(function.getTableParameterList());
            chooseExports(function.getExportParameterList(), unknown);
            for (String name : unknown) throw Failure.parameter("field '" + name + "' not found");
        }

        private void setValues(JCoParameterList list, Set<String> unknown) throws Failure {
            if (list == null) return;
            JCoMetaData meta = list.getMetaData();
            for (int at = 0; at < meta.getFieldCount(); at++) {
                String name = meta.getName(at);
                unknown.remove(name);
                Object value = call.parameters.get(name);
                if (value == null) continue;
                try {
                    Values.set(list, meta, at, value);
                } catch (RuntimeException refused) {
                    // A conversion that JCo refuses: nothing has been sent.
                    throw Failure.parameter("field '" + name + "': " + refused.getMessage());
                }
            }
        }

        /** What is neither wanted nor given is not asked for. A wanted table whose rows hold tables has no form in the protocol. */
        private void chooseTables(JCoParameterList list) throws Failure {
            if (list == null) return;
            JCoMetaData meta = list.getMetaData();
            for (int at = 0; at < meta.getFieldCount(); at++) {
                String name = meta.getName(at);
                boolean isWanted = call.tables.contains(name);
                if (isWanted && !Values.isFlat(list, meta, at)) throw Failure.nested(name);
                if (!isWanted && !call.parameters.containsKey(name)) list.setActive(name, false);
            }
        }

        /**
         * Exports always come, but for those that the protocol has no form for (tables in tables, such as LINES_DESCR of DDIF_FIELDINFO_GET): they
         * are not asked for. A table among the exports may be named as wanted.
         */
        private void chooseExports(JCoParameterList list, Set<String> unknown) throws Failure {
            if (list == null) return;
            JCoMetaData meta = list.getMetaData();
            for (int at = 0; at < meta.getFieldCount(); at++) {
                String name = meta.getName(at);
                if (meta.getType(at) == JCoMetaData.TYPE_TABLE && !call.parameters.containsKey(name)) unknown.remove(name);
                if (Values.isFlat(list, meta, at)) continue;
                if (call.tables.contains(name)) throw Failure.nested(name);
                list.setActive(name, false);
            }
        }

        private void answer(JCoFunction function) throws Failure {
            Json line = new Json().open().text("type", "answer").number("id", call.id).name("values").open();
            values(line, function.getExportParameterList(), false);
            values(line, function.getChangingParameterList(), false);
            values(line, function.getTableParameterList(), true);
            String text = line.close().done();
            if (call.claim()) connection.out.line(text);
        }

        private void values(Json line, JCoParameterList list, boolean areTables) throws Failure {
            if (list == null) return;
            JCoMetaData meta = list.getMetaData();
            for (int at = 0; at < meta.getFieldCount(); at++) {
                String name = meta.getName(at);
                if (areTables && !call.tables.contains(name)) continue;
                if (!Values.isFlat(list, meta, at)) continue;
                line.name(name);
                int type = meta.getType(at);
                if (type == JCoMetaData.TYPE_TABLE) table(line, list.getTable(at), name.equals(call.rowsOf));
                else if (type == JCoMetaData.TYPE_STRUCTURE) row(line, list.getStructure(at));
                else line.value(Values.text(list, meta, at));
            }
        }

        private void table(Json line, JCoTable table, boolean isStreamed) throws Failure {
            line.openList();
            int rows = table.getNumRows();
            Json block = null;
            int inBlock = 0;
            for (int at = 0; at < rows; at++) {
                table.setRow(at);
                if (!isStreamed) {
                    row(line, table);
                    continue;
                }
                if (block == null) block = new Json().open().text("type", "rows").number("id", call.id).name("rows").openList();
                row(block, table);
                inBlock += 1;
                if (inBlock < ROWS_A_LINE && block.length() < CHARACTERS_A_LINE && at + 1 < rows) continue;
                block.closeList();
                if (!call.write(connection.out, block.done())) break;
                block = null;
                inBlock = 0;
            }
            line.closeList();
        }

        private static void row(Json line, JCoRecord record) throws Failure {
            JCoMetaData meta = record.getMetaData();
            line.open();
            for (int at = 0; at < meta.getFieldCount(); at++) line.name(meta.getName(at)).value(Values.text(record, meta, at));
            line.close();
        }
    }

    // ---- Values: text on the line, as SOAP-RFC writes it, and JCo's own types -------------------------------------------------------------------------

    private static final class Values {
        private static final Pattern DAY = Pattern.compile("(\\d{4})-?(\\d{2})-?(\\d{2})");
        private static final Pattern TIME = Pattern.compile("(\\d{2}):?(\\d{2}):?(\\d{2})");
        private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,40}(?:\\.\\d{1,40})?");

        static boolean isScalar(int type) {
            switch (type) {
                case JCoMetaData.TYPE_CHAR:
                case JCoMetaData.TYPE_STRING:
                case JCoMetaData.TYPE_NUM:
                case JCoMetaData.TYPE_DATE:
                case JCoMetaData.TYPE_TIME:
                case JCoMetaData.TYPE_BCD:
                case JCoMetaData.TYPE_DECF16:
                case JCoMetaData.TYPE_DECF34:
                case JCoMetaData.TYPE_FLOAT:
                case JCoMetaData.TYPE_INT1:
                case JCoMetaData.TYPE_INT2:
                case JCoMetaData.TYPE_INT:
                case JCoMetaData.TYPE_INT8:
                case JCoMetaData.TYPE_BYTE:
                case JCoMetaData.TYPE_XSTRING:
                    return true;
                default:
                    // Boxes, objects, UTCLONG and the like: no form has been agreed on.
                    return false;
            }
        }

        /** Whether a parameter is a value, a row of values, or rows of values. */
        static boolean isFlat(JCoParameterList list, JCoMetaData meta, int at) {
            int type = meta.getType(at);
            if (type != JCoMetaData.TYPE_STRUCTURE && type != JCoMetaData.TYPE_TABLE) return isScalar(type);
            JCoMetaData fields = (type == JCoMetaData.TYPE_TABLE ? (JCoRecord) list.getTable(at) : list.getStructure(at)).getMetaData();
            for (int field = 0; field < fields.getFieldCount(); field++) if (!isScalar(fields.getType(field))) return false;
            return true;
        }

        static void set(JCoParameterList list, JCoMetaData meta, int at, Object value) throws Failure {
            String name = meta.getName(at);
            int type = meta.getType(at);
            if (type == JCoMetaData.TYPE_TABLE) {
                if (!(value instanceof List)) throw Failure.parameter("field '" + name + "' is a table, and no rows were given");
                JCoTable table = list.getTable(at);
                for (Object row : (List<?>) value) {
                    table.appendRow();
                    setFields(table, row, name);
                }
            } else if (type == JCoMetaData.TYPE_STRUCTURE) {
                setFields(list.getStructure(at), value, name);
            } else {
                setScalar(list, meta, at, value, name);
            }
        }

        private static void setFields(JCoRecord record, Object value, String path) throws Failure {
            if (!(value instanceof Map)) throw Failure.parameter("field '" + path + "' is a structure, and no fields were given");
            JCoMetaData meta = record.getMetaData();
            for (Map.Entry<?, ?> field : ((Map<?, ?>) value).entrySet()) {
                String name = String.valueOf(field.getKey());
                if (!meta.hasField(name)) throw Failure.parameter("field '" + path + "-" + name + "' not found");
                setScalar(record, meta, meta.indexOf(name), field.getValue(), path + "-" + name);
            }
        }

        /**
         * An initial day and empty text for anything but characters is left as JCo made it, which is initial too: whether JCo takes `00000000` for a
         * day is [K]. Text that is longer than its field is refused: cut, it could be a valid shorter condition of a selection.
         */
        private static void setScalar(JCoRecord record, JCoMetaData meta, int at, Object value, String path) throws Failure {
            int type = meta.getType(at);
            if (!isScalar(type)) throw Failure.nested(path);
            if (!(value instanceof String)) throw Failure.parameter("field '" + path + "' is no table or structure");
            String text = (String) value;
            String name = meta.getName(at);
            if (type == JCoMetaData.TYPE_STRING) {
                record.setValue(name, text);
                return;
            }
            if (type == JCoMetaData.TYPE_CHAR) {
                record.setValue(name, fitting(text, meta.getLength(at), path));
                return;
            }
            String trimmed = text.trim();
            if (trimmed.isEmpty()) return;
            switch (type) {
                case JCoMetaData.TYPE_DATE:
                    String day = digits(DAY, trimmed, path, "day");
                    if (!day.equals("00000000")) record.setValue(name, day);
                    break;
                case JCoMetaData.TYPE_TIME:
                    record.setValue(name, digits(TIME, trimmed, path, "time"));
                    break;
                case JCoMetaData.TYPE_NUM:
                    record.setValue(name, numc(trimmed, meta.getLength(at), path));
                    break;
                case JCoMetaData.TYPE_BYTE:
                case JCoMetaData.TYPE_XSTRING:
                    record.setValue(name, Base64.getMimeDecoder().decode(trimmed));
                    break;
                case JCoMetaData.TYPE_FLOAT:
                    record.setValue(name, decimal(trimmed, path).doubleValue());
                    break;
                case JCoMetaData.TYPE_INT1:
                case JCoMetaData.TYPE_INT2:
                case JCoMetaData.TYPE_INT:
                    record.setValue(name, decimal(trimmed, path).intValueExact());
                    break;
                case JCoMetaData.TYPE_INT8:
                    record.setValue(name, decimal(trimmed, path).longValueExact());
                    break;
                default:
                    record.setValue(name, packed(type, decimal(trimmed, path), meta.getDecimals(at), path));
            }
        }

        private static String fitting(String text, int length, String path) throws Failure {
            if (length > 0 && text.stripTrailing().length() > length)
                throw Failure.parameter("field '" + path + "' has " + length + " characters, and the value has " + text.length());
            return text.length() > length && length > 0 ? text.substring(0, length) : text;
        }

        private static String digits(Pattern form, String text, String path, String kind) throws Failure {
            Matcher match = form.matcher(text);
            if (!match.matches()) throw Failure.parameter("the value of field '" + path + "' is no " + kind);
            return match.group(1) + match.group(2) + match.group(3);
        }

        private static String numc(String text, int length, String path) throws Failure {
            if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) throw Failure.parameter("the value of field '" + path + "' has more than digits");
            return "0".repeat(Math.max(0, length - text.length())) + fitting(text, length, path);
        }

        private static BigDecimal decimal(String text, String path) throws Failure {
            if (!NUMBER.matcher(text).matches()) throw Failure.parameter("the value of field '" + path + "' is no number");
            return new BigDecimal(text);
        }

        /** Money is never rounded on its way: more decimals than the field has are refused. */
        private static BigDecimal packed(int type, BigDecimal value, int decimals, String path) throws Failure {
            if (type != JCoMetaData.TYPE_BCD || value.scale() <= decimals) return value;
            if (value.stripTrailingZeros().scale() > decimals)
                throw Failure.parameter("field '" + path + "' has " + decimals + " decimals, and the value has more");
            return value.setScale(decimals);
        }

        /** JCo cuts trailing blanks of characters [S, sap-rfc 2.1.2]; days and times come with or without their marks [K], so both are read. */
        static String text(JCoRecord record, JCoMetaData meta, int at) throws Failure {
            switch (meta.getType(at)) {
                case JCoMetaData.TYPE_CHAR:
                case JCoMetaData.TYPE_STRING:
                    return orEmpty(record.getString(at));
                case JCoMetaData.TYPE_NUM:
                    String digits = orEmpty(record.getString(at)).trim();
                    return "0".repeat(Math.max(0, meta.getLength(at) - digits.length())) + digits;
                case JCoMetaData.TYPE_DATE:
                    return marked(DAY, orEmpty(record.getString(at)).trim(), "-", "0000-00-00");
                case JCoMetaData.TYPE_TIME:
                    return marked(TIME, orEmpty(record.getString(at)).trim(), ":", "00:00:00");
                case JCoMetaData.TYPE_BCD:
                    return packedText(record.getBigDecimal(at), meta.getDecimals(at));
                case JCoMetaData.TYPE_DECF16:
                case JCoMetaData.TYPE_DECF34:
                    return packedText(record.getBigDecimal(at), 0);
                case JCoMetaData.TYPE_FLOAT:
                    return new BigDecimal(Double.toString(record.getDouble(at))).toPlainString();
                case JCoMetaData.TYPE_INT1:
                case JCoMetaData.TYPE_INT2:
                case JCoMetaData.TYPE_INT:
                case JCoMetaData.TYPE_INT8:
                    return Long.toString(record.getLong(at));
                case JCoMetaData.TYPE_BYTE:
                case JCoMetaData.TYPE_XSTRING:
                    byte[] bytes = record.getByteArray(at);
                    return bytes == null ? "" : Base64.getEncoder().encodeToString(bytes);
                default:
                    throw Failure.nested(meta.getName(at));
            }
        }

        /** Real tables hold days that are none, such as 2020-13-64: they are passed on as they are. */
        private static String marked(Pattern form, String text, String mark, String initial) {
            if (text.isEmpty()) return initial;
            Matcher match = form.matcher(text);
            return match.matches() ? match.group(1) + mark + match.group(2) + mark + match.group(3) : text;
        }

        private static String packedText(BigDecimal value, int decimals) {
            BigDecimal known = value == null ? BigDecimal.ZERO : value;
            return (known.scale() < decimals ? known.setScale(decimals) : known).toPlainString();
        }

        private static String orEmpty(String text) {
            return text == null ? "" : text;
        }
    }

    // ---- Failures: JCo's groups in the words of the RFC library ---------------------------------------------------------------------------------------

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        /** An identifier of ABAP runtime errors. */
        private static final Pattern DUMP_ID = Pattern.compile("\\b[A-Z][A-Z0-9]{2,}(?:_[A-Z0-9]+)+\\b");
        private static final Pattern NO_AUTHORITY = Pattern.compile("no RFC authori[sz]ation", Pattern.CASE_INSENSITIVE);

        final int group;
        final String code;
        final String key;
        boolean isSessionLost = true;
        private String[] t100;
        private String[] variables = {};

        Failure(int group, String code, String key, String message) {
            super(message, null, false, false);
            this.group = group;
            this.code = code;
            this.key = key;
        }

        Failure alive() {
            isSessionLost = false;
            return this;
        }

        Failure message(String id, String number, String type, String[] values) {
            if (id != null && !id.isBlank()) t100 = new String[] {id.trim(), number == null ? "000" : number, type};
            if (values != null) variables = values;
            return this;
        }

        /** Found from the metadata alone, before anything was sent. */
        static Failure parameter(String message) {
            return new Failure(5, "RFC_INVALID_PARAMETER", "RFC_INVALID_PARAMETER", message).alive();
        }

        static Failure nested(String name) {
            return parameter("field '" + name + "' holds tables or structures inside its rows, or a type without a text form: not supported");
        }

        /**
         * JCo's groups [S: constants and their documentation] against the library's [S: sap-rfc 2.1.3]. ABAP exceptions have a class of their own and
         * leave the connection alive; a MESSAGE without an exception and a short dump are both SYSTEM_FAILURE and are told apart by the message class [S].
         */
        static Failure of(JCoException error) {
            String said = error.getMessage() == null ? "" : error.getMessage();
            if (error instanceof AbapException || error instanceof AbapClassException)
                return withMessage(new Failure(1, "RFC_ABAP_EXCEPTION", keyOf(error), said).alive(), error);
            switch (error.getGroup()) {
                case JCoException.JCO_ERROR_ABAP_EXCEPTION:
                    return withMessage(new Failure(1, "RFC_ABAP_EXCEPTION", keyOf(error), said).alive(), error);
                case JCoException.JCO_ERROR_FUNCTION_NOT_FOUND:
                    return new Failure(1, "RFC_ABAP_EXCEPTION", "FU_NOT_FOUND", said).alive();
                case JCoException.JCO_ERROR_SYSTEM_FAILURE:
                    return systemFailure(error, said);
                case JCoException.JCO_ERROR_LOGON_FAILURE:
                case JCoException.JCO_ERROR_PASSWORD_CHANGE_REQUIRED:
                    return new Failure(3, "RFC_LOGON_FAILURE", "RFC_LOGON_FAILURE", said);
                case JCoException.JCO_ERROR_COMMUNICATION:
                    return new Failure(4, "RFC_COMMUNICATION_FAILURE", "RFC_COMMUNICATION_FAILURE", said);
                case JCoException.JCO_ERROR_RESOURCE:
                case JCoException.JCO_ERROR_STATE_BUSY:
                    // No connection to be had, or a busy system: the key keeps JCo's word for it.
                    return new Failure(4, "RFC_COMMUNICATION_FAILURE", keyOf(error), said);
                case JCoException.JCO_ERROR_CANCELLED:
                case JCoException.JCO_ERROR_REQUEST_CANCELLED:
                    return new Failure(4, "RFC_CANCELED", "RFC_CANCELED", said);
                case JCoException.JCO_ERROR_TIMEOUT:
                    return new Failure(4, "RFC_TIMEOUT", "RFC_TIMEOUT", said);
                case JCoException.JCO_ERROR_INVALID_HANDLE:
                    return new Failure(5, "RFC_INVALID_HANDLE", "RFC_INVALID_HANDLE", said);
                case JCoException.JCO_ERROR_FIELD_NOT_FOUND:
                case JCoException.JCO_ERROR_CONVERSION:
                case JCoException.JCO_ERROR_ILLEGAL_ARGUMENT:
                    return parameter(said);
                default:
                    // Configuration, protocol, internal errors of JCo.
                    return new Failure(5, "RFC_EXTERNAL_FAILURE", keyOf(error), said);
            }
        }

        private static Failure systemFailure(JCoException error, String said) {
            String id = error.getMessageClass();
            if (id != null && !id.isBlank()) {
                String key = id.trim() + " " + error.getMessageNumber();
                return withMessage(new Failure(2, "RFC_ABAP_MESSAGE", key, said), error);
            }
            return new Failure(2, "RFC_ABAP_RUNTIME_FAILURE", runtimeError(error, said), said);
        }

        /**
         * The runtime error's identifier. JCo's key names its own group; the identifier is taken from the key where it is one, else from the text, else
         * from the two texts that decide whether a smaller read helps [K: short texts of the dumps].
         */
        private static String runtimeError(JCoException error, String said) {
            String key = keyOf(error);
            if (!key.startsWith("JCO_") && !key.startsWith("RFC_ERROR") && DUMP_ID.matcher(key).matches()) return key;
            if (NO_AUTHORITY.matcher(said).find()) return "RFC_NO_AUTHORITY";
            if (said.startsWith("Time limit exceeded")) return "TIME_OUT";
            if (said.startsWith("No more storage space available for extending an internal table")) return "TSV_TNEW_PAGE_ALLOC_FAILED";
            Matcher named = DUMP_ID.matcher(said);
            return named.find() ? named.group() : "SYSTEM_FAILURE";
        }

        private static String keyOf(JCoException error) {
            return error.getKey() == null ? "" : error.getKey();
        }

        private static Failure withMessage(Failure failure, JCoException error) {
            return failure.message(error.getMessageClass(), error.getMessageNumber(), String.valueOf(error.getMessageType()), error.getMessageParameters());
        }

        String line(Call call, Connection connection) {
            Json line = new Json().open().text("type", "failure").number("id", call.id).number("group", group).text("code", code).text("key", key);
            line.text("message", connection.scrub(getMessage()));
            if (t100 != null) {
                line.name("t100").open().text("id", t100[0]).text("number", t100[1]).text("type", t100[2]).name("v").openList();
                for (int at = 0; at < 4; at++) line.value(at < variables.length && variables[at] != null ? connection.scrub(variables[at]) : "");
                line.closeList().close();
            }
            return line.name("isSessionLost").flag(isSessionLost).done();
        }
    }

    // ---- The logon ------------------------------------------------------------------------------------------------------------------------------------

    /**
     * Until somebody has been let in, one call at a time tries: a wrong password must not cost as many logons as there are sessions, since a few lock the
     * user (sap-rfc 1.10). Whoever waited behind a refused logon gets the same refusal; whether to try again later is the caller's to decide.
     */
    private static final class Logon {
        interface Work<T> {
            T run() throws JCoException, Failure;
        }

        private final Object door = new Object();
        private volatile boolean isProven;
        private volatile int refusals;
        private Failure refused;

        <T> T first(Work<T> work) throws JCoException, Failure {
            if (isProven) return work.run();
            int seen = refusals;
            synchronized (door) {
                if (isProven) return work.run();
                if (refusals != seen) throw refused;
                try {
                    T result = work.run();
                    isProven = true;
                    return result;
                } catch (JCoException error) {
                    Failure failure = Failure.of(error);
                    if (failure.group == 3) {
                        refused = failure;
                        refusals += 1;
                    } else if (failure.group == 1 || failure.group == 2) {
                        // ABAP has spoken: the logon was good.
                        isProven = true;
                    }
                    throw failure;
                }
            }
        }
    }

    // ---- The destination, and what JCo asks of its surroundings ---------------------------------------------------------------------------------------

    private static final class Connection {
        private static final String NAME = "SAP";
        /** The RFC library's names of the protocol and JCo's; whatever else is sent is refused [S: constants of DestinationDataProvider]. */
        private static final Map<String, String> KEYS = new HashMap<>();

        static {
            String[] same = {
                "ashost", "sysnr", "client", "user", "lang", "saprouter", "mshost", "msserv", "r3name", "group", "gwhost", "gwserv",
                "snc_mode", "snc_partnername", "snc_qop", "snc_lib", "snc_myname", "snc_sso",
            };
            for (String key : same) KEYS.put(key, "jco.client." + key);
            KEYS.put("sysid", "jco.client.r3name");
        }

        final Out out;
        final String library;
        final int sessionsMax;
        final JCoDestination destination;
        final Sessions provider;
        final Logon logon = new Logon();
        final AtomicInteger abandoned = new AtomicInteger();
        final ScheduledExecutorService timers;
        private final String password;

        private Connection(Out out, String library, int sessionsMax, JCoDestination destination, Sessions provider, String password) {
            this.out = out;
            this.library = library;
            this.sessionsMax = sessionsMax;
            this.destination = destination;
            this.provider = provider;
            this.password = password;
            timers = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "timeouts");
                thread.setDaemon(true);
                return thread;
            });
        }

        static Connection open(Fields line, Out out) throws Fatal {
            if (line.integer("version") != VERSION) throw new Fatal("BAD_OPEN", "This bridge speaks version " + VERSION + " of the protocol only.");
            int sessions = line.integer("sessions");
            if (sessions < 1 || sessions > SESSIONS_MAX) throw new Fatal("BAD_OPEN", "sessions is not between 1 and " + SESSIONS_MAX + ".");
            String password = line.has("password") ? line.text("password") : null;
            Properties properties = properties(line, password);
            // Minutes [K: a bare number is read as minutes]. How soon JCo looks whether a session that was given up may be closed.
            System.setProperty("jco.session_timeout", "1");
            System.setProperty("jco.session_timeout.check_interval", "1");
            String said = null;
            try {
                String library = JCo.getVersion();
                Sessions provider = new Sessions();
                Environment.registerSessionReferenceProvider(provider);
                Environment.registerDestinationDataProvider(new OneDestination(NAME, properties));
                return new Connection(out, library, sessions, JCoDestinationManager.getDestination(NAME), provider, password);
            } catch (JCoException | RuntimeException error) {
                said = String.valueOf(error.getMessage());
            } catch (LinkageError error) {
                // The jar without its native library, or one for another machine.
                throw new Fatal("NO_LIBRARY", "SAP's Java Connector could not be loaded: " + scrub(reason(error), password));
            }
            throw new Fatal("BAD_OPEN", scrub(said, password));
        }

        /** A class that fails to start tells why in its cause. */
        private static String reason(Throwable error) {
            Throwable deepest = error;
            while (deepest.getCause() != null) deepest = deepest.getCause();
            return deepest.getClass().getSimpleName() + ": " + deepest.getMessage();
        }

        private static Properties properties(Fields line, String password) throws Fatal {
            Properties properties = new Properties();
            for (Map.Entry<String, Object> entry : line.object("connection").entrySet()) {
                String key = KEYS.get(entry.getKey());
                if (key == null) throw new Fatal("BAD_OPEN", "connection holds the unknown key \"" + shown(entry.getKey()) + "\".");
                if (!(entry.getValue() instanceof String)) throw new Fatal("BAD_OPEN", "connection." + entry.getKey() + " is no text.");
                properties.setProperty(key, (String) entry.getValue());
            }
            if (password != null) properties.setProperty(DestinationDataProvider.JCO_PASSWD, password);
            // The sessions of the protocol are the pool: JCo holds one connection for each that has begun [S: JCoContext reserves it]. Beside them one idle
            // connection may stay for its own questions about interfaces, not long enough to go stale.
            properties.setProperty(DestinationDataProvider.JCO_POOL_CAPACITY, "1");
            properties.setProperty(DestinationDataProvider.JCO_PEAK_LIMIT, "0");
            properties.setProperty(DestinationDataProvider.JCO_EXPIRATION_TIME, "30000");
            properties.setProperty(DestinationDataProvider.JCO_EXPIRATION_PERIOD, "30000");
            return properties;
        }

        private static String shown(String key) {
            String plain = key.replaceAll("[^A-Za-z0-9_.-]", "?");
            return plain.length() > 40 ? plain.substring(0, 40) : plain;
        }

        String scrub(String text) {
            return scrub(text, password);
        }

        private static String scrub(String text, String password) {
            if (text == null) return "";
            return password == null || password.isEmpty() ? text : text.replace(password, "***");
        }
    }

    /** The logon data in memory, for one destination. They never change while the process lives, so there are no events to tell. */
    private static final class OneDestination implements DestinationDataProvider {
        private final String name;
        private final Properties properties;

        OneDestination(String name, Properties properties) {
            this.name = name;
            this.properties = properties;
        }

        @Override
        public Properties getDestinationProperties(String asked) {
            return name.equals(asked) ? properties : null;
        }

        @Override
        public boolean supportsEvents() {
            return false;
        }

        @Override
        public void setDestinationDataEventListener(DestinationDataEventListener listener) {}
    }

    /**
     * Tells JCo which session a thread works for and which sessions still live. JCo's own provider takes a session for dead after ten idle minutes [S], and
     * would close a pinned connection under its owner.
     */
    private static final class Sessions implements SessionReferenceProvider {
        final Map<String, Session> alive = new ConcurrentHashMap<>();
        final ThreadLocal<Session> current = new ThreadLocal<>();

        @Override
        public JCoSessionReference getCurrentSessionReference(String scope) {
            Session session = current.get();
            return session != null ? session : OTHERS;
        }

        @Override
        public boolean isSessionAlive(String id) {
            return alive.containsKey(id) || OTHERS.getID().equals(id);
        }

        @Override
        public void jcoServerSessionContinued(String id) {}

        @Override
        public void jcoServerSessionFinished(String id) {}

        @Override
        public void jcoServerSessionPassivated(String id) {}

        @Override
        public JCoSessionReference jcoServerSessionStarted() {
            return OTHERS;
        }

        /** JCo's own threads. */
        private static final JCoSessionReference OTHERS = new JCoSessionReference() {
            @Override
            public String getID() {
                return "others";
            }

            @Override
            public void contextStarted() {}

            @Override
            public void contextFinished() {}
        };
    }

    // ---- Lines in and out -----------------------------------------------------------------------------------------------------------------------------

    /** Splits at line feeds only and takes UTF-8 by its word. */
    private static final class Lines {
        private static final int BYTES_MAX = 64 * 1024 * 1024;
        private final InputStream in;

        Lines(InputStream in) {
            this.in = in;
        }

        /** A last line without its line feed is a parent that died while writing: it is not acted upon. */
        String next() throws IOException, Fatal {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                if (read == '\n') return decoded(bytes.toByteArray());
                if (bytes.size() >= BYTES_MAX) throw new Fatal("BAD_LINE", "A line is longer than " + BYTES_MAX + " bytes.");
                bytes.write(read);
            }
            return null;
        }

        private static String decoded(byte[] bytes) throws Fatal {
            try {
                return StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            } catch (CharacterCodingException error) {
                throw new Fatal("BAD_LINE", "A line is not UTF-8.");
            }
        }
    }

    /** Whole lines, one writer at a time. When nobody reads any more, there is nobody to work for. */
    private static final class Out {
        private final OutputStream stream;

        Out(OutputStream stream) {
            this.stream = stream;
        }

        synchronized void line(String text) {
            try {
                stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
                stream.flush();
            } catch (IOException closed) {
                Runtime.getRuntime().halt(0);
            }
        }
    }

    /** What a line holds, each thing of the kind that the protocol says, or the end. */
    private static final class Fields {
        private final Map<?, ?> fields;

        Fields(Object line) throws Fatal {
            if (!(line instanceof Map)) throw new Fatal("BAD_LINE", "A line is no JSON object.");
            fields = (Map<?, ?>) line;
        }

        boolean has(String name) {
            return fields.get(name) != null;
        }

        String text(String name) throws Fatal {
            Object value = fields.get(name);
            if (!(value instanceof String)) throw new Fatal("BAD_LINE", name + " is no text.");
            return (String) value;
        }

        int integer(String name) throws Fatal {
            Object value = fields.get(name);
            try {
                if (value instanceof BigDecimal) return ((BigDecimal) value).intValueExact();
            } catch (ArithmeticException wrong) {
                // Too large, or a fraction: said below.
            }
            throw new Fatal("BAD_LINE", name + " is no whole number.");
        }

        List<String> texts(String name) throws Fatal {
            List<String> texts = new ArrayList<>();
            Object value = fields.get(name);
            if (!(value instanceof List)) throw new Fatal("BAD_LINE", name + " is no list.");
            for (Object entry : (List<?>) value) {
                if (!(entry instanceof String)) throw new Fatal("BAD_LINE", name + " holds what is no text.");
                texts.add((String) entry);
            }
            return texts;
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> object(String name) throws Fatal {
            Object value = fields.get(name);
            if (!(value instanceof Map)) throw new Fatal("BAD_LINE", name + " is no object.");
            return (Map<String, Object>) value;
        }
    }

    // ---- JSON -----------------------------------------------------------------------------------------------------------------------------------------

    /** A writer that adds the commas, and a strict reader: objects, lists, text, numbers as BigDecimal, true, false, null. */
    private static final class Json {
        private final StringBuilder built = new StringBuilder(256);
        private boolean needsComma;

        Json open() {
            return start('{');
        }

        Json openList() {
            return start('[');
        }

        private Json start(char bracket) {
            separate();
            built.append(bracket);
            needsComma = false;
            return this;
        }

        Json close() {
            built.append('}');
            needsComma = true;
            return this;
        }

        /** Closes the outermost object. */
        String done() {
            return built.append('}').toString();
        }

        Json closeList() {
            built.append(']');
            needsComma = true;
            return this;
        }

        Json name(String name) {
            separate();
            quote(name);
            built.append(':');
            needsComma = false;
            return this;
        }

        Json text(String name, String value) {
            return name(name).value(value);
        }

        Json number(String name, int value) {
            name(name);
            built.append(value);
            needsComma = true;
            return this;
        }

        Json flag(boolean value) {
            separate();
            built.append(value);
            needsComma = true;
            return this;
        }

        Json value(String text) {
            separate();
            quote(text);
            needsComma = true;
            return this;
        }

        int length() {
            return built.length();
        }

        private void separate() {
            if (needsComma) built.append(',');
        }

        private void quote(String text) {
            built.append('"');
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"' || c == '\\') built.append('\\').append(c);
                else if (c < 0x20 || c == 0x7f || isLone(text, at) || c == 0x2028 || c == 0x2029) built.append(String.format("\\u%04x", (int) c));
                else built.append(c);
            }
            built.append('"');
        }

        /** Half a surrogate pair has no UTF-8 form; as an escape it survives. */
        private static boolean isLone(String text, int at) {
            char c = text.charAt(at);
            if (Character.isHighSurrogate(c)) return at + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
            return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
        }

        static Object read(String line) throws Fatal {
            Reader reader = new Reader(line);
            Object value = reader.value(0);
            reader.blanks();
            if (reader.at < line.length()) throw reader.wrong();
            return value;
        }

        private static final class Reader {
            private static final int DEPTH_MAX = 20;
            private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9]\\d{0,30})(?:\\.\\d{1,30})?(?:[eE][+-]?\\d{1,3})?");
            private final String text;
            private int at;

            Reader(String text) {
                this.text = text;
            }

            /** The place is told, never the text: it may be the password. */
            Fatal wrong() {
                return new Fatal("BAD_LINE", "A line is no JSON, at character " + (at + 1) + ".");
            }

            void blanks() {
                while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at += 1;
            }

            private char peek() throws Fatal {
                blanks();
                if (at >= text.length()) throw wrong();
                return text.charAt(at);
            }

            private void expect(char wanted) throws Fatal {
                if (peek() != wanted) throw wrong();
                at += 1;
            }

            Object value(int depth) throws Fatal {
                if (depth > DEPTH_MAX) throw wrong();
                switch (peek()) {
                    case '{':
                        return object(depth);
                    case '[':
                        return list(depth);
                    case '"':
                        return string();
                    default:
                        return word();
                }
            }

            private Map<String, Object> object(int depth) throws Fatal {
                Map<String, Object> fields = new LinkedHashMap<>();
                expect('{');
                if (peek() == '}') {
                    at += 1;
                    return fields;
                }
                while (true) {
                    if (peek() != '"') throw wrong();
                    String name = string();
                    expect(':');
                    if (fields.containsKey(name)) throw wrong();
                    fields.put(name, value(depth + 1));
                    if (peek() == '}') {
                        at += 1;
                        return fields;
                    }
                    expect(',');
                }
            }

            private List<Object> list(int depth) throws Fatal {
                List<Object> entries = new ArrayList<>();
                expect('[');
                if (peek() == ']') {
                    at += 1;
                    return entries;
                }
                while (true) {
                    entries.add(value(depth + 1));
                    if (peek() == ']') {
                        at += 1;
                        return entries;
                    }
                    expect(',');
                }
            }

            private Object word() throws Fatal {
                if (text.startsWith("true", at)) return skip(4, Boolean.TRUE);
                if (text.startsWith("false", at)) return skip(5, Boolean.FALSE);
                if (text.startsWith("null", at)) return skip(4, null);
                Matcher number = NUMBER.matcher(text).region(at, text.length());
                if (!number.lookingAt()) throw wrong();
                at = number.end();
                return new BigDecimal(number.group());
            }

            private Object skip(int length, Object value) {
                at += length;
                return value;
            }

            private String string() throws Fatal {
                expect('"');
                StringBuilder read = new StringBuilder();
                while (at < text.length()) {
                    char c = text.charAt(at++);
                    if (c == '"') return read.toString();
                    if (c < 0x20) break;
                    read.append(c == '\\' ? escaped() : c);
                }
                throw wrong();
            }

            private char escaped() throws Fatal {
                if (at >= text.length()) throw wrong();
                char c = text.charAt(at++);
                int plain = "\"\\/bfnrt".indexOf(c);
                if (plain >= 0) return "\"\\/\b\f\n\r\t".charAt(plain);
                if (c != 'u' || at + 4 > text.length()) throw wrong();
                int code = 0;
                for (int end = at + 4; at < end; at++) {
                    int digit = Character.digit(text.charAt(at), 16);
                    if (digit < 0 || text.charAt(at) > 'f') throw wrong();
                    code = code * 16 + digit;
                }
                return (char) code;
            }
        }
    }
}
