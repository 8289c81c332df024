// Reads a line of patterns and one of texts (hexadecimal UTF-8, parted by blanks) and writes what java.util.regex makes of
// each pattern on each text: its matches with their groups, whether it matches the whole, and the pieces that it parts.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.regex.*;

public class Answers {
    static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex.substring(1)), StandardCharsets.UTF_8);
    }

    static String hex(String text) {
        return text == null ? "-" : "x" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    static String answer(Pattern pattern, String text) {
        StringBuilder out = new StringBuilder();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            out.append(matcher.start());
            for (int group = 0; group <= matcher.groupCount(); group++) {
                out.append(' ').append(hex(matcher.group(group)));
            }
            out.append(';');
        }
        out.append(matcher.matches()).append(';');
        for (String piece : pattern.split(text, -1)) {
            out.append(hex(piece)).append(' ');
        }
        return out.toString();
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String[] patterns = in.readLine().split(" ");
        String[] texts = in.readLine().split(" ");
        for (String pattern : patterns) {
            Pattern compiled;
            try {
                compiled = Pattern.compile(text(pattern));
            } catch (PatternSyntaxException error) {
                System.out.println("error " + error.getDescription());
                continue;
            }
            for (String text : texts) {
                System.out.println(answer(compiled, text(text)));
            }
        }
    }
}
