// How long Apache Velocity 1.7 takes for the templates in the directory that is the first argument: prints nanoseconds of one
// rendering, warm, the best of several rounds, with the stubs that crates/vtl/examples/render_speed.rs has.

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.runtime.RuntimeInstance;

public class VelocitySpeed {
    static final int ROUNDS = 20;
    static final int RENDERINGS_PER_ROUND = 20_000;

    /** $input, with its answers at hand. */
    public static class Input {
        final List<Map<String, String>> records = new ArrayList<>();

        Input() {
            for (int number = 0; number < 10; number++) {
                Map<String, String> record = new LinkedHashMap<>();
                record.put("data", "x".repeat(96));
                record.put("partition-key", Integer.toString(number));
                records.add(record);
            }
        }

        public String params(String name) {
            return "streaming-0a1b2c3d4e5f-pin";
        }

        static final String DATA = "x".repeat(128);

        public String json(String path) {
            return DATA;
        }

        public Object path(String path) {
            return path.equals("$.records") ? records : "7528";
        }
    }

    /** $util, whose encoding is the text itself. */
    public static class Util {
        public String base64Encode(String text) {
            return text;
        }
    }

    public static void main(String[] arguments) throws Exception {
        RuntimeInstance runtime = new RuntimeInstance();
        runtime.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        runtime.init();
        for (String name : new String[] {"put_record", "put_records"}) {
            String source = Files.readString(Path.of(arguments[0], name + ".vtl"));
            Template template = new Template();
            template.setRuntimeServices(runtime);
            template.setData(runtime.parse(new StringReader(source), name));
            template.initDocument();
            Input input = new Input();
            Util util = new Util();
            double best = Double.POSITIVE_INFINITY;
            long characters = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int rendering = 0; rendering < RENDERINGS_PER_ROUND; rendering++) {
                    VelocityContext context = new VelocityContext();
                    context.put("input", input);
                    context.put("util", util);
                    StringWriter out = new StringWriter();
                    template.merge(context, out);
                    characters = out.toString().length();
                }
                best = Math.min(best, (System.nanoTime() - start) / (double) RENDERINGS_PER_ROUND);
            }
            System.out.println(name + " " + Math.round(best) + " " + characters);
        }
    }
}
