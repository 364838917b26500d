import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes shuffles.json: orders that JavaRosa gives. Run with the jar inside pyxform's wheel:
 *   javac -cp ODK_Validate.jar Shuffles.java && java -cp ODK_Validate.jar:. Shuffles > shuffles.json
 * That jar leaves out the library of JavaRosa's text hash, so a text seed is hashed here as its code does
 * (the first 8 bytes of SHA-256, a blank is 0); everything else is JavaRosa's.
 */
public class Shuffles {
    static Object seed(Object seed, Method toLong) throws Exception {
        if (!(seed instanceof String) || ((String) seed).matches("[0-9.]+")) return toLong.invoke(null, seed);
        if (((String) seed).isEmpty()) return 0L;
        byte[] bytes = MessageDigest.getInstance("SHA-256").digest(((String) seed).getBytes("UTF-8"));
        return ByteBuffer.wrap(bytes).getLong(0);
    }

    public static void main(String[] arguments) throws Exception {
        Class<?> helper = Class.forName("org.javarosa.xform.parse.RandomizeHelper");
        Method shuffle = helper.getDeclaredMethod("shuffle", List.class, Long.class);
        Method toLong = helper.getDeclaredMethod("toNumericWithLongHash", Object.class);
        Object[] seeds = {42.0, 0.0, 1.0, -5.0, 137.0, 2147483647.0, 2147483648.0, 11111111111.0, 1234567890.0, 3.7,
            "abc", "0.43x", "đường", "", "12"};
        List<String> lines = new ArrayList<>();
        for (Object seed : seeds) {
            for (int size : new int[] {1, 2, 6, 14}) {
                List<String> items = new ArrayList<>();
                for (int i = 0; i < size; i++) items.add(String.valueOf((char) ('A' + i)));
                String order = String.join("", (List<String>) shuffle.invoke(null, items, seed(seed, toLong)));
                String written = seed instanceof String ? "\"" + seed + "\"" : String.valueOf(seed);
                lines.add("{\"seed\": " + written + ", \"order\": \"" + order + "\"}");
            }
        }
        new java.io.PrintStream(System.out, true, "UTF-8").println("[\n" + String.join(",\n", lines) + "\n]");
    }
}
