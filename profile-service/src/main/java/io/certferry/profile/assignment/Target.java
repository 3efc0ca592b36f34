package io.certferry.profile.assignment;

import io.certferry.contracts.event.DeviceCheckedIn;

/** One line of an assignment; groups match the check-in's literally. */
public sealed interface Target {

  /** Whether a device, with the user it reports, is meant. */
  boolean covers(DeviceCheckedIn checkIn);

  /** Name of the JSON member and of the database column's value. */
  String type();

  String value();

  /** Everything that reports to be in a group. */
  record Group(String value) implements Target {
    @Override
    public boolean covers(DeviceCheckedIn checkIn) {
      return checkIn.groups() != null && checkIn.groups().contains(value);
    }

    @Override
    public String type() {
      return "group";
    }
  }

  /** Every device of a user, by the user's id. */
  record User(String value) implements Target {
    @Override
    public boolean covers(DeviceCheckedIn checkIn) {
      return checkIn.user() != null && checkIn.user().id().equals(value);
    }

    @Override
    public String type() {
      return "user";
    }
  }

  /** One device. */
  record Device(String value) implements Target {
    @Override
    public boolean covers(DeviceCheckedIn checkIn) {
      return checkIn.deviceId().equals(value);
    }

    @Override
    public String type() {
      return "device";
    }
  }

  /** Every device, or every device with a user. */
  record All(boolean users) implements Target {
    @Override
    public boolean covers(DeviceCheckedIn checkIn) {
      return !users || checkIn.user() != null;
    }

    @Override
    public String type() {
      return "all";
    }

    @Override
    public String value() {
      return users ? "users" : "devices";
    }
  }

  /**
   * From its two columns.
   *
   * @throws IllegalArgumentException for a type or value that does not exist
   */
  static Target of(String type, String value) {
    return switch (type) {
      case "group" -> new Group(value);
      case "user" -> new User(value);
      case "device" -> new Device(value);
      case "all" -> new All(value.equals("users"));
      default -> throw new IllegalArgumentException("no target of type " + type);
    };
  }
}
