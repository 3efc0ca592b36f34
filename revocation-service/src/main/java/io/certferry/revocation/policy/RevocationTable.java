package io.certferry.revocation.policy;

import static io.certferry.revocation.policy.Decision.KEEP;
import static io.certferry.revocation.policy.Decision.REMOVE;
import static io.certferry.revocation.policy.Decision.revoke;
import static io.certferry.revocation.policy.ProfileKind.IMPORTED_PFX;
import static io.certferry.revocation.policy.ProfileKind.PKCS;
import static io.certferry.revocation.policy.ProfileKind.TRUSTED_ROOT;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table trigger × platform × kind of profile → decision. It is this list of rows and nothing
 * else; {@code docs/REVOCATION.md} shows it, and a test holds the two together. A profile's own
 * rules ({@link ProfileRules}) go before it.
 */
public final class RevocationTable {

  /** The platforms that the table tells apart; every other one is {@code other}. */
  public static final List<String> PLATFORMS = List.of("windows", "ios", "macos", "android");

  /** Any platform without a row of its own, known or not. */
  public static final String OTHER = "other";

  private static final Set<Trigger> NOT_NEGOTIABLE =
      EnumSet.of(Trigger.KEY_COMPROMISE, Trigger.CONNECTOR_COMPROMISE, Trigger.QUARANTINED);

  private static final List<Row> ROWS =
      List.of(
          all(Trigger.UNENROLLED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          all(Trigger.RETIRED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          // A wipe that the platform's MDM protocol carries out leaves nothing to remove.
          on(
              PLATFORMS,
              Trigger.WIPED,
              PKCS,
              revoke(Reason.CESSATION_OF_OPERATION).withoutRemoval()),
          all(Trigger.WIPED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          all(Trigger.LOST, PKCS, revoke(Reason.KEY_COMPROMISE).urgent()),
          all(Trigger.USER_REMOVED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          all(Trigger.USER_DISABLED, PKCS, revoke(Reason.AFFILIATION_CHANGED)),
          all(Trigger.USER_DELETED, PKCS, revoke(Reason.AFFILIATION_CHANGED)),
          all(Trigger.USER_RENAMED, PKCS, revoke(Reason.SUPERSEDED).onceReplaced()),
          all(Trigger.PROFILE_UNASSIGNED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          all(Trigger.PROFILE_DELETED, PKCS, revoke(Reason.CESSATION_OF_OPERATION)),
          all(Trigger.PROFILE_EDITED, PKCS, revoke(Reason.SUPERSEDED).onceReplaced()),
          all(Trigger.SUPERSEDED, PKCS, revoke(Reason.SUPERSEDED).onceReplaced()),
          all(Trigger.KEY_COMPROMISE, PKCS, revoke(Reason.KEY_COMPROMISE).urgent()),
          all(Trigger.CONNECTOR_COMPROMISE, PKCS, revoke(Reason.KEY_COMPROMISE).urgent()),
          all(Trigger.MANUAL, PKCS, revoke(Reason.UNSPECIFIED)),
          all(Trigger.MASS, PKCS, revoke(Reason.UNSPECIFIED).deferrable()),
          all(Trigger.QUARANTINED, PKCS, revoke(Reason.UNSPECIFIED).withoutRemoval()),
          all(Trigger.UNENROLLED, TRUSTED_ROOT, REMOVE),
          all(Trigger.RETIRED, TRUSTED_ROOT, REMOVE),
          all(Trigger.WIPED, TRUSTED_ROOT, REMOVE),
          all(Trigger.PROFILE_UNASSIGNED, TRUSTED_ROOT, REMOVE),
          all(Trigger.PROFILE_DELETED, TRUSTED_ROOT, REMOVE),
          all(Trigger.MANUAL, TRUSTED_ROOT, REMOVE),
          all(Trigger.MASS, TRUSTED_ROOT, KEEP),
          all(Trigger.UNENROLLED, IMPORTED_PFX, REMOVE),
          all(Trigger.RETIRED, IMPORTED_PFX, REMOVE),
          all(Trigger.WIPED, IMPORTED_PFX, REMOVE),
          all(Trigger.LOST, IMPORTED_PFX, REMOVE.urgent()),
          all(Trigger.USER_REMOVED, IMPORTED_PFX, REMOVE),
          all(Trigger.USER_DISABLED, IMPORTED_PFX, REMOVE),
          all(Trigger.USER_DELETED, IMPORTED_PFX, REMOVE),
          all(Trigger.PROFILE_UNASSIGNED, IMPORTED_PFX, REMOVE),
          all(Trigger.PROFILE_DELETED, IMPORTED_PFX, REMOVE),
          all(Trigger.KEY_COMPROMISE, IMPORTED_PFX, REMOVE.urgent()),
          all(Trigger.MANUAL, IMPORTED_PFX, REMOVE),
          all(Trigger.MASS, IMPORTED_PFX, REMOVE.deferrable()));

  private RevocationTable() {}

  /**
   * What the trigger does.
   *
   * @param platform as the device reports it; null when unknown
   * @param rules the profile's own
   */
  public static Decision decide(
      Trigger trigger, @Nullable String platform, ProfileKind kind, ProfileRules rules) {
    Decision usual = usual(trigger, platform, kind);
    return NOT_NEGOTIABLE.contains(trigger) ? usual : rules.apply(trigger, platform, kind, usual);
  }

  /** What the table alone says; keep when it has no row. */
  static Decision usual(Trigger trigger, @Nullable String platform, ProfileKind kind) {
    return ROWS.stream()
        .filter(row -> row.matches(trigger, platform, kind))
        .map(Row::decision)
        .findFirst()
        .orElse(KEEP);
  }

  /** The table as the docs show it. */
  public static String toMarkdown() {
    StringBuilder page = new StringBuilder();
    for (ProfileKind kind : ProfileKind.values()) {
      page.append("### ").append(kind.code()).append("\n\n");
      page.append("| trigger | ").append(String.join(" | ", columns())).append(" | queue |\n");
      page.append("|---|").append("---|".repeat(columns().size())).append("---|\n");
      for (Trigger trigger : Trigger.values()) {
        page.append(line(trigger, kind));
      }
      page.append('\n');
    }
    return page.toString();
  }

  private static String line(Trigger trigger, ProfileKind kind) {
    StringBuilder line = new StringBuilder("| " + trigger.code());
    columns().forEach(column -> line.append(" | ").append(usual(trigger, column, kind).text()));
    Decision decision = usual(trigger, OTHER, kind);
    String queue = decision.action() == Action.KEEP ? "" : decision.priority().code();
    return line + " | " + queue + " |\n";
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(PLATFORMS);
    columns.add(OTHER);
    return columns;
  }

  private static Row all(Trigger trigger, ProfileKind kind, Decision decision) {
    return new Row(List.of(), trigger, kind, decision);
  }

  private static Row on(
      List<String> platforms, Trigger trigger, ProfileKind kind, Decision decision) {
    return new Row(platforms, trigger, kind, decision);
  }

  /**
   * @param platforms none for all; rows with platforms stand before the row for all
   */
  private record Row(List<String> platforms, Trigger trigger, ProfileKind kind, Decision decision) {

    boolean matches(Trigger wanted, @Nullable String platform, ProfileKind wantedKind) {
      return trigger == wanted
          && kind == wantedKind
          && (platforms.isEmpty() || (platform != null && platforms.contains(platform)));
    }
  }
}
