package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.wire.Soap;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.w3c.dom.Element;

/** The objects that our messages carry (MS-PSRP 2.2.2), and the little that we read of theirs. */
final class Clixml {

  static final String CAPABILITY =
      "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">2.2</Version>"
          + "<Version N=\"PSVersion\">2.0</Version>"
          + "<Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>";

  private static final String HOST =
      "<Obj N=\"HostInfo\" RefId=\"90\"><MS><B N=\"_isHostNull\">true</B>"
          + "<B N=\"_isHostUINull\">true</B><B N=\"_isHostRawUINull\">true</B>"
          + "<B N=\"_useRunspaceHost\">true</B></MS></Obj>";
  private static final String APARTMENT =
      enumeration("ApartmentState", 91, "System.Threading.ApartmentState", "UNKNOWN", 2);

  static final String POOL =
      "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">1</I32><I32 N=\"MaxRunspaces\">1</I32>"
          + enumeration(
              "PSThreadOptions",
              92,
              "System.Management.Automation.Runspaces.PSThreadOptions",
              "Default",
              0)
          + APARTMENT
          + HOST
          + "<Nil N=\"ApplicationArguments\"/></MS></Obj>";

  private static final String RESULT_TYPES =
      "System.Management.Automation.Runspaces.PipelineResultTypes";
  private static final String[] MERGES = {
    "MergeMyResult",
    "MergeToResult",
    "MergePreviousResults",
    "MergeError",
    "MergeWarning",
    "MergeVerbose",
    "MergeDebug"
  };

  private Clixml() {}

  private static String enumeration(String name, int id, String type, String text, int value) {
    return "<Obj N=\"%s\" RefId=\"%d\"><TN RefId=\"%d\"><T>%s</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>%s</ToString><I32>%d</I32></Obj>"
        .formatted(name, id, id, type, text, value);
  }

  /** One command with named arguments; never a script. */
  static String pipeline(String command, Map<String, String> arguments) {
    StringBuilder merges = new StringBuilder();
    for (int i = 0; i < MERGES.length; i++) {
      merges.append(enumeration(MERGES[i], 30 + i, RESULT_TYPES, "None", 0));
    }
    String passed =
        arguments.entrySet().stream()
            .map(argument -> argument(argument.getKey(), argument.getValue()))
            .collect(Collectors.joining());
    return "<Obj RefId=\"0\"><MS><B N=\"NoInput\">true</B>"
        + APARTMENT
        + enumeration(
            "RemoteStreamOptions", 93, "System.Management.Automation.RemoteStreamOptions", "0", 0)
        + "<B N=\"AddToHistory\">false</B>"
        + HOST
        + "<Obj N=\"PowerShell\" RefId=\"1\"><MS><B N=\"IsNested\">false</B><Nil N=\"ExtraCmds\"/>"
        + "<Obj N=\"Cmds\" RefId=\"2\"><LST><Obj RefId=\"3\"><MS><S N=\"Cmd\">"
        + escaped(command)
        + "</S><B N=\"IsScript\">false</B><Nil N=\"UseLocalScope\"/>"
        + merges
        + "<Obj N=\"Args\" RefId=\"4\"><LST>"
        + passed
        + "</LST></Obj></MS></Obj></LST></Obj><Nil N=\"History\"/>"
        + "<B N=\"RedirectShellErrorOutputPipe\">false</B></MS></Obj>"
        + "<B N=\"IsNested\">false</B></MS></Obj>";
  }

  private static String argument(String name, String value) {
    return "<Obj><MS><S N=\"N\">-"
        + escaped(name)
        + "</S><S N=\"V\">"
        + escaped(value)
        + "</S></MS></Obj>";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** What an object that the command gave looks like as a string; empty if it does not tell. */
  static String string(String clixml) {
    Element element = parse(clixml);
    return element.getLocalName().equals("S")
        ? element.getTextContent()
        : Soap.children(element).stream()
            .filter(child -> child.getLocalName().equals("ToString"))
            .map(Element::getTextContent)
            .findFirst()
            .orElse("");
  }

  /** The number of a state message; -1 if it has none. */
  static int state(String clixml, String name) {
    return Soap.children(parse(clixml)).stream()
        .filter(members -> members.getLocalName().equals("MS"))
        .flatMap(members -> Soap.children(members).stream())
        .filter(member -> member.getAttribute("N").equals(name))
        .map(member -> member.getTextContent().strip())
        .filter(text -> text.matches("\\d{1,4}"))
        .map(Integer::parseInt)
        .findFirst()
        .orElse(-1);
  }

  private static Element parse(String clixml) {
    return Soap.parse(clixml.getBytes(StandardCharsets.UTF_8));
  }
}
