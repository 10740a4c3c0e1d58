package io.deltaport.template.library;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code datetime.strftime} of a time without zone, in the C locale of glibc, with its flags {@code
 * - _ 0 ^}.
 */
final class Strftime {

  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private Strftime() {}

  static String format(String pattern, ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        out.append(c);
        continue;
      }
      char flag = pattern.charAt(i + 1);
      boolean flagged = "-_0^".indexOf(flag) >= 0 && i + 2 < pattern.length();
      int end = flagged ? i + 2 : i + 1;
      String made = directive(pattern.charAt(end), time);
      out.append(made == null ? pattern.substring(i, end + 1) : flagged ? flag(made, flag) : made);
      i = end;
    }
    return out.toString();
  }

  private static String flag(String made, char flag) {
    String bare = made.replaceFirst("^[0 ]+(?=.)", "");
    return switch (flag) {
      case '-' -> bare;
      case '_' -> " ".repeat(made.length() - bare.length()) + bare;
      case '0' -> "0".repeat(made.length() - bare.length()) + bare;
      default -> made.toUpperCase(Locale.ROOT);
    };
  }

  private static @Nullable String directive(char c, ZonedDateTime time) {
    return switch (c) {
      case 'a' -> day(time).substring(0, 3);
      case 'A' -> day(time);
      case 'b', 'h' -> month(time).substring(0, 3);
      case 'B' -> month(time);
      case 'c' -> format("%a %b %e %H:%M:%S %Y", time);
      case 'C' -> digits(time.getYear() / 100, 2);
      case 'd' -> digits(time.getDayOfMonth(), 2);
      case 'D', 'x' -> format("%m/%d/%y", time);
      case 'e' -> spaced(time.getDayOfMonth());
      case 'f' -> digits(time.get(ChronoField.MICRO_OF_SECOND), 6);
      case 'F' -> format("%Y-%m-%d", time);
      case 'g' -> digits(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2);
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> digits(time.getHour(), 2);
      case 'I' -> digits(hourOf12(time), 2);
      case 'j' -> digits(time.getDayOfYear(), 3);
      case 'k' -> spaced(time.getHour());
      case 'l' -> spaced(hourOf12(time));
      case 'm' -> digits(time.getMonthValue(), 2);
      case 'M' -> digits(time.getMinute(), 2);
      case 'n' -> "\n";
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 'r' -> format("%I:%M:%S %p", time);
      case 'R' -> format("%H:%M", time);
      case 's' -> Long.toString(time.toEpochSecond());
      case 'S' -> digits(time.getSecond(), 2);
      case 't' -> "\t";
      case 'T', 'X' -> format("%H:%M:%S", time);
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'U' -> digits(week(time, DayOfWeek.SUNDAY), 2);
      case 'V' -> digits(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      case 'W' -> digits(week(time, DayOfWeek.MONDAY), 2);
      case 'y' -> digits(time.getYear() % 100, 2);
      case 'Y' -> Integer.toString(time.getYear());
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> null;
    };
  }

  private static String day(ZonedDateTime time) {
    return DAYS.get(time.getDayOfWeek().getValue() - 1);
  }

  private static String month(ZonedDateTime time) {
    return MONTHS.get(time.getMonthValue() - 1);
  }

  private static int hourOf12(ZonedDateTime time) {
    return (time.getHour() + 11) % 12 + 1;
  }

  /** The week of the year, where week 1 begins with the first such day. */
  private static int week(ZonedDateTime time, DayOfWeek first) {
    int sinceFirst = Math.floorMod(time.getDayOfWeek().getValue() - first.getValue(), 7);
    return (time.getDayOfYear() + 6 - sinceFirst) / 7;
  }

  private static String digits(int number, int width) {
    String text = Integer.toString(number);
    return "0".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String spaced(int number) {
    return (number < 10 ? " " : "") + number;
  }
}
