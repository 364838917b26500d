import java.io.File;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.TimeZone;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.xform.util.XFormUtils;

/** What JavaRosa computes: for each form of a folder its name, the values of `out` and `truth`. Run by engines.py. */
public class Engines {
    private static int passed;

    /** The value of the nth node of that name, in document order. */
    private static String value(TreeElement at, String name, int nth) {
        if (at.getName().equals(name) && at.getMult() >= 0 && ++passed == nth) {
            return at.getValue() == null ? "" : at.getValue().uncast().getString();
        }
        for (int i = 0; i < at.getNumChildren(); i++) {
            String found = value(at.getChildAt(i), name, nth);
            if (found != null) return found;
        }
        return null;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream told = new PrintStream(System.out, true, "UTF-8");
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        Class<?> module = Class.forName("org.javarosa.model.xform.XFormsModule");
        module.getMethod("registerModule").invoke(module.getDeclaredConstructor().newInstance());
        File[] forms = new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".xml"));
        Arrays.sort(forms);
        for (File form : forms) {
            String name = form.getName().replace(".xml", "");
            int nth = Integer.parseInt(name.split("@")[1]);
            StringBuilder line = new StringBuilder(name.split("@")[0]);
            try (FileInputStream stream = new FileInputStream(form)) {
                FormDef read = XFormUtils.getFormFromInputStream(stream);
                read.initialize(true, new InstanceInitializationFactory());
                for (String node : new String[] {"dl_out", "dl_truth"}) {
                    passed = 0;
                    line.append('\t').append(value(read.getMainInstance().getRoot(), node, nth));
                }
            } catch (Throwable problem) {
                line.append("\tERROR ").append(problem.getClass().getSimpleName());
            }
            told.println(line.toString().replace("\n", " "));
        }
    }
}
