/* The `calendars` section: zones found, holidays read, hours parsed. */
#include "calendar/calendar.h"
#include "policy/policy.h"
#include "time/civil.h"
#include "time/zone.h"

#include <stdio.h>
#include <string.h>

typedef struct zone_source {
  const csup_zone *const *zones; /* the host's; NULL: the system's database */
  size_t count;
  const csup_allocator *allocator;
} zone_source;

/* Gives a zone to use and, in `own`, one to free afterwards. */
static csup_status find_zone(const zone_source *source, const csup_json *node, const char *name, const csup_zone **zone,
                             csup_zone **own) {
  *own = NULL;
  for (size_t i = 0; i < source->count; i++) {
    if (strcmp(csup_zone_name(source->zones[i]), name) == 0) {
      *zone = source->zones[i];
      return CSUP_OK;
    }
  }
  if (source->zones && strcmp(name, "UTC") != 0)
    return csup_json_fail(node, CSUP_E_UNKNOWN, "the zone \"%.60s\" is not among those handed over", name);
  csup_error reason = {.message = ""};
  csup_status status = csup_zone_load(name, source->allocator, own, &reason);
  if (status != CSUP_OK)
    return csup_json_fail(node, status, "%s", reason.message);
  *zone = *own;
  return CSUP_OK;
}

static csup_status read_date(const csup_json *node, csup_date *date) {
  const char *text = NULL;
  csup_status status = csup_json_text(node, &text);
  if (status != CSUP_OK)
    return status;
  csup_date value = 0;
  int digits = 0;
  for (const char *at = text; *at; at++) {
    bool dash = at - text == 4 || at - text == 7;
    if (dash ? *at != '-' : *at < '0' || *at > '9')
      return csup_json_fail(node, node->document->wrong, "\"%.40s\" is no date; expected one as in \"2026-12-25\"", text);
    if (!dash && ++digits <= 8)
      value = value * 10 + (*at - '0');
  }
  if (digits != 8 || strlen(text) != 10)
    return csup_json_fail(node, node->document->wrong, "\"%.40s\" is no date; expected one as in \"2026-12-25\"", text);
  *date = value;
  return CSUP_OK;
}

static csup_status read_holidays(const csup_json *section, csup_arena *arena, csup_holiday **out, size_t *count) {
  static const char *const members[] = {"date", "name", NULL};
  csup_status status = csup_json_array(section);
  if (status != CSUP_OK)
    return status;
  *count = csup_json_size(section);
  *out = csup_arena_allocate(arena, *count, sizeof **out);
  if (!*out)
    return csup_json_fail(section, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
  for (size_t i = 0; status == CSUP_OK && i < *count; i++) {
    csup_json item;
    csup_json date;
    csup_json name;
    csup_json_item(section, i, &item);
    csup_holiday *holiday = &(*out)[i];
    if (json_is_string(item.value)) {
      status = read_date(&item, &holiday->date);
      continue;
    }
    status = csup_json_object(&item);
    if (status == CSUP_OK)
      status = csup_json_only(&item, members);
    if (status == CSUP_OK)
      status = csup_json_need(&item, "date", &date);
    if (status == CSUP_OK)
      status = read_date(&date, &holiday->date);
    if (status == CSUP_OK && csup_json_member(&item, "name", &name))
      status = csup_json_name(&name, &holiday->name);
  }
  return status;
}

/* Column and sentence of the hours' own error, told at the place of the text in the document. */
static csup_status hours_failed(const csup_json *node, csup_status status, const csup_error *reason) {
  csup_json_fail(node, status, "%s", reason->message);
  csup_error *error = node->document->error;
  if (error && reason->column > 0 && error->column > 0)
    error->column += reason->column; /* the opening quote is the value's first column */
  return status;
}

static csup_status lint_hours(csup_policy *policy, const csup_json *node, const csup_calendar *calendar) {
  csup_cut_night cut;
  int32_t year = 0;
  int32_t month = 0;
  int32_t day = 0;
  if (!csup_calendar_cut_night(calendar, &cut))
    return CSUP_OK;
  csup_civil_of(cut.day, &year, &month, &day);
  return csup_findings_add(
      &policy->findings, node, "cuts_night",
      "on days such as %04d-%02d-%02d rule %zu removes what rule %zu leaves open from midnight to %02d:%02d; a "
      "comma in place of the semicolon would keep it",
      (int)year, (int)month, (int)day, cut.later + 1, cut.earlier + 1, (int)(cut.until / 3600), (int)(cut.until / 60 % 60));
}

static csup_status read_calendar(csup_policy *policy, const zone_source *source, const csup_json *node,
                                 csup_named_calendar *entry) {
  static const char *const members[] = {"zone", "hours", "holidays", NULL};
  csup_json zone_node;
  csup_json hours_node;
  csup_json holidays_node;
  const char *zone_name = NULL;
  const char *hours = NULL;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, members);
  if (status == CSUP_OK)
    status = csup_json_need(node, "zone", &zone_node);
  if (status == CSUP_OK)
    status = csup_json_name(&zone_node, &zone_name);
  if (status == CSUP_OK)
    status = csup_json_need(node, "hours", &hours_node);
  if (status == CSUP_OK)
    status = csup_json_text(&hours_node, &hours);
  csup_holiday *holidays = NULL;
  size_t holiday_count = 0;
  bool has_holidays = csup_json_member(node, "holidays", &holidays_node);
  if (status == CSUP_OK && has_holidays)
    status = read_holidays(&holidays_node, &policy->arena, &holidays, &holiday_count);
  if (status != CSUP_OK)
    return status;
  entry->name = csup_arena_copy(&policy->arena, node->key, strlen(node->key));
  entry->zone = csup_arena_copy(&policy->arena, zone_name, strlen(zone_name));
  if (!entry->name || !entry->zone)
    return csup_json_fail(node, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
  const csup_zone *zone = NULL;
  csup_zone *own = NULL;
  status = find_zone(source, &zone_node, zone_name, &zone, &own);
  if (status != CSUP_OK)
    return status;
  csup_error reason = {.message = "", .index = -1};
  status = csup_calendar_create(hours, zone, holidays, holiday_count, &policy->arena.allocator, &entry->calendar, &reason);
  csup_zone_free(own);
  if (status == CSUP_OK)
    return lint_hours(policy, &hours_node, entry->calendar);
  if (reason.index < 0)
    return hours_failed(&hours_node, status, &reason);
  csup_json item;
  csup_json_item(&holidays_node, (size_t)reason.index, &item);
  return csup_json_fail(&item, node->document->wrong, "%s", reason.message);
}

static csup_status add_always(csup_policy *policy) {
  csup_zone *utc = NULL;
  csup_named_calendar *entry = &policy->calendars.entries[policy->calendars.count];
  csup_status status = csup_zone_load("UTC", &policy->arena.allocator, &utc, NULL);
  if (status == CSUP_OK)
    status = csup_calendar_create("24/7", utc, NULL, 0, &policy->arena.allocator, &entry->calendar, NULL);
  csup_zone_free(utc);
  if (status != CSUP_OK)
    return status;
  entry->name = "always";
  entry->zone = "UTC";
  policy->calendars.count++;
  return CSUP_OK;
}

csup_status csup_policy_calendars(csup_policy *policy, const csup_json *section, const csup_zone *const *zones,
                                  size_t zone_count) {
  zone_source source = {zones, zone_count, &policy->arena.allocator};
  csup_status status = section->value ? csup_json_object(section) : CSUP_OK;
  if (status != CSUP_OK)
    return status;
  policy->calendars.entries = csup_arena_allocate(&policy->arena, csup_json_size(section) + 1, sizeof *policy->calendars.entries);
  if (!policy->calendars.entries)
    return csup_json_fail(section, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
  csup_json member;
  for (void *at = csup_json_first(section); csup_json_next(section, &at, &member);) {
    if (member.key[0] == '\0')
      return csup_json_fail(&member, section->document->wrong, "a calendar needs a name that is not empty");
    status = read_calendar(policy, &source, &member, &policy->calendars.entries[policy->calendars.count]);
    if (status != CSUP_OK)
      return status;
    policy->calendars.count++;
  }
  if (csup_calendars_find(&policy->calendars, "always"))
    return CSUP_OK;
  status = add_always(policy);
  return status == CSUP_OK ? CSUP_OK : csup_json_fail(section, status, "%s", csup_status_text(status));
}
