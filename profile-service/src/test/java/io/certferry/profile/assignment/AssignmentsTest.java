package io.certferry.profile.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.Client;
import io.certferry.profile.Reports;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssignmentsTest {

  private static final Target SALES = new Target.Group("sales");

  @Test
  void coversNobodyUnlessIncluded() {
    assertThat(Assignments.NONE.cover(Reports.of(null))).isFalse();
  }

  @Test
  void letsExclusionWin() {
    // Given
    Assignments assignments =
        new Assignments(List.of(new Target.All(false), SALES), List.of(new Target.Device("dev-1")));

    // Then
    assertThat(assignments.cover(Reports.of(null, "sales"))).isFalse();
  }

  @Test
  void matchesGroupsLiterally() {
    // Given
    Assignments assignments = new Assignments(List.of(SALES), List.of());

    // Then
    assertThat(assignments.cover(Reports.of(null, "sales"))).isTrue();
    assertThat(assignments.cover(Reports.of(null, "Sales"))).isFalse();
  }

  @Test
  void coversDevicesWithAUserByAllUsers() {
    // Given
    Assignments assignments = new Assignments(List.of(new Target.All(true)), List.of());

    // Then
    assertThat(assignments.cover(Reports.of(null))).isFalse();
    assertThat(assignments.cover(Reports.of(Reports.user("u1", "alice")))).isTrue();
  }

  @Test
  void coversAUsersDevices() {
    // Given
    Assignments assignments = new Assignments(List.of(new Target.User("u1")), List.of());

    // Then
    assertThat(assignments.cover(Reports.of(Reports.user("u1", "alice")))).isTrue();
    assertThat(assignments.cover(Reports.of(Reports.user("u2", "bob")))).isFalse();
  }

  @Test
  void readsBackWhatItWrote() {
    // Given
    Assignments assignments =
        new Assignments(
            List.of(SALES, new Target.User("u1"), new Target.All(true)),
            List.of(new Target.Device("dev-1")));
    FieldErrors errors = new FieldErrors();

    // When
    Assignments read = AssignmentBody.read(AssignmentBody.write(assignments), errors);

    // Then
    assertThat(errors.toList()).isEmpty();
    assertThat(read).isEqualTo(assignments);
  }

  @Test
  void namesEveryErrorOfABody() {
    // Given
    FieldErrors errors = new FieldErrors();

    // When
    AssignmentBody.read(
        Client.json(
            """
            {"include":[{"group":"a","user":"b"},{"all":"everything"},{"device":"no/slash"},7],"exclude":{},"extra":1}
            """),
        errors);

    // Then
    assertThat(errors.toList())
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder(
            "/extra",
            "/include/0",
            "/include/1/all",
            "/include/2/device",
            "/include/3",
            "/exclude");
  }
}
