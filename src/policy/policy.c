/* The document assembled: each room compiles its section, in an order in which names are known before conditions use them. */
#include "policy/policy.h"

#include "condition/policy_parts.h"

#include <string.h>

static uint64_t fnv1a64(uint64_t hash, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  return hash;
}

static csup_status copy_text(csup_policy *policy, const csup_json *root, const char *key, const char **out) {
  csup_json node;
  const char *text = NULL;
  *out = "";
  if (!csup_json_member(root, key, &node))
    return CSUP_OK;
  csup_status status = csup_json_text(&node, &text);
  if (status != CSUP_OK)
    return status;
  *out = csup_arena_copy(&policy->arena, text, strlen(text));
  return *out ? CSUP_OK : csup_json_fail(&node, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
}

/* A section of the document, or the built-in one in its place. */
typedef struct section {
  csup_json_document built_in;
  csup_json root;
  csup_json node;
} section;

static csup_status open_section(const csup_json *root, const char *key, const char *built_in, csup_policy *policy, section *out) {
  if (csup_json_member(root, key, &out->node))
    return csup_json_object(&out->node);
  /* An absent section counts as its text in the fingerprint, so that a snapshot never meets another built-in. */
  policy->fingerprint = fnv1a64(policy->fingerprint, built_in, strlen(built_in));
  csup_status status =
      csup_json_open(&out->built_in, built_in, strlen(built_in), CSUP_E_POLICY, CSUP_E_POLICY, root->document->error, &out->root);
  out->node = out->root;
  return status;
}

static csup_status check_head(const csup_json *root) {
  static const char *const members[] = {"csupport", "name",     "version", "fields",     "calendars",   "teams",
                                        "impact",   "workflow", "clocks",  "agreements", "escalations", NULL};
  csup_json node;
  int64_t format = 0;
  csup_status status = csup_json_object(root);
  if (status == CSUP_OK)
    status = csup_json_need(root, "csupport", &node);
  if (status == CSUP_OK)
    status = csup_json_integer(&node, &format);
  if (status == CSUP_OK && format != 1)
    return csup_json_fail(&node, CSUP_E_VERSION, "this library reads policies of format 1, not %lld", (long long)format);
  return status == CSUP_OK ? csup_json_only(root, members) : status;
}

static csup_status compile(csup_policy *policy, const csup_json *root, const csup_zone *const *zones, size_t zone_count,
                           section *impact, section *workflow, section *clocks) {
  csup_json fields;
  csup_json calendars;
  csup_json teams;
  csup_json agreements;
  csup_json escalations;
  csup_json own_clocks;
  csup_json_member(root, "fields", &fields);
  csup_json_member(root, "calendars", &calendars);
  csup_json_member(root, "teams", &teams);
  csup_json_member(root, "agreements", &agreements);
  csup_json_member(root, "escalations", &escalations);
  csup_json_member(root, "clocks", &own_clocks);
  const char *clock_text = csup_clocks_default();
  csup_schema *schema = &policy->schema;

  csup_status status = copy_text(policy, root, "name", &policy->name);
  if (status == CSUP_OK)
    status = copy_text(policy, root, "version", &policy->version);
  if (status == CSUP_OK)
    status = csup_policy_calendars(policy, &calendars, zones, zone_count);
  /* Names first ... */
  if (status == CSUP_OK)
    status = csup_schema_init(schema, &policy->arena, &policy->symbols);
  if (status == CSUP_OK)
    status = csup_schema_fields(schema, &fields);
  if (status == CSUP_OK)
    status = open_section(root, "impact", csup_impact_default(), policy, impact);
  if (status == CSUP_OK)
    status = csup_impact_declare(&impact->node, schema, &policy->impact);
  if (status == CSUP_OK)
    status = open_section(root, "workflow", csup_workflow_default(), policy, workflow);
  if (status == CSUP_OK)
    status = csup_workflow_declare(&workflow->node, schema, &policy->workflow);
  if (status == CSUP_OK) {
    policy->fingerprint = fnv1a64(policy->fingerprint, clock_text, strlen(clock_text));
    status = csup_json_open(&clocks->built_in, clock_text, strlen(clock_text), CSUP_E_POLICY, CSUP_E_POLICY,
                            root->document->error, &clocks->root);
  }
  if (status == CSUP_OK)
    status = csup_clocks_declare(&own_clocks, &clocks->root, schema, &policy->clocks);
  /* ... then what tests them. */
  if (status == CSUP_OK)
    status = csup_impact_compile(&impact->node, schema, policy->impact);
  if (status == CSUP_OK)
    status = csup_workflow_compile(&workflow->node, schema, policy->impact, &policy->calendars, policy->workflow);
  if (status == CSUP_OK)
    status = csup_clocks_compile(&own_clocks, &clocks->root, schema, policy->workflow, &policy->clocks, &policy->findings);
  if (status == CSUP_OK)
    status = csup_teams_compile(&teams, schema, &policy->calendars, &policy->teams);
  if (status == CSUP_OK)
    status =
        csup_agreements_compile(&agreements, schema, &policy->clocks, &policy->calendars, &policy->agreements, &policy->findings);
  if (status == CSUP_OK)
    status = csup_rules_compile(&escalations, schema, &policy->clocks, &policy->calendars, &policy->teams, policy->impact,
                                policy->workflow, &policy->agreements, &policy->rules, &policy->findings);
  uint8_t forced[CSUP_STATES_MAX] = {0};
  if (status == CSUP_OK) {
    csup_rules_mark_states(&policy->rules, forced);
    status = csup_workflow_check_reach(&workflow->node, policy->workflow, forced);
  }
  if (status != CSUP_OK)
    return status;
  return csup_policy_lay_out(policy) == CSUP_OK ? CSUP_OK
                                                : csup_json_fail(root, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
}

static void destroy(csup_policy *policy) {
  csup_allocator allocator = policy->arena.allocator;
  for (size_t i = 0; i < policy->calendars.count; i++)
    csup_calendar_free(policy->calendars.entries[i].calendar);
  csup_arena_free(&policy->arena);
  csup_release(&allocator, policy, sizeof *policy);
}

static csup_status parse(const char *json, size_t length, const csup_zone *const *zones, size_t zone_count,
                         const csup_allocator *allocator, csup_policy **out, csup_error *error) {
  if (!json || !out)
    return csup_fail(error, CSUP_E_ARGUMENT, "a policy needs its JSON text and a place to put the result");
  csup_allocator own;
  if (csup_allocator_take(allocator, &own) != CSUP_OK)
    return csup_fail(error, CSUP_E_ARGUMENT, "the allocator has no resize function");
  csup_policy *policy = csup_allocate(&own, sizeof *policy);
  if (!policy)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  memset(policy, 0, sizeof *policy);
  csup_arena_init(&policy->arena, &own);
  csup_symbols_init(&policy->symbols, &policy->arena);
  csup_findings_init(&policy->findings, &policy->arena);
  atomic_init(&policy->references, 1);
  policy->fingerprint = fnv1a64(UINT64_C(14695981039346656037), json, length);

  csup_json_document document;
  csup_json root;
  section impact;
  section workflow;
  section clocks;
  memset(&impact, 0, sizeof impact);
  memset(&workflow, 0, sizeof workflow);
  memset(&clocks, 0, sizeof clocks);
  csup_status status = csup_json_open(&document, json, length, CSUP_E_POLICY, CSUP_E_POLICY, error, &root);
  if (status == CSUP_OK)
    status = check_head(&root);
  if (status == CSUP_OK)
    status = compile(policy, &root, zones, zone_count, &impact, &workflow, &clocks);
  csup_json_close(&clocks.built_in);
  csup_json_close(&workflow.built_in);
  csup_json_close(&impact.built_in);
  csup_json_close(&document);
  if (status != CSUP_OK) {
    destroy(policy);
    return status == CSUP_E_NOMEM ? csup_fail_plain(error, status) : status;
  }
  *out = policy;
  return CSUP_OK;
}

csup_status csup_policy_parse(const char *json, size_t length, const csup_allocator *allocator, csup_policy **out,
                              csup_error *error) {
  return parse(json, length, NULL, 0, allocator, out, error);
}

csup_status csup_policy_parse_with(const char *json, size_t length, const csup_zone *const *zones, size_t zone_count,
                                   const csup_allocator *allocator, csup_policy **out, csup_error *error) {
  static const csup_zone *const none[1];
  if (!zones && zone_count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "%zu zones are announced but none are given", zone_count);
  for (size_t i = 0; i < zone_count; i++)
    if (!zones[i]) {
      csup_fail(error, CSUP_E_ARGUMENT, "a zone is NULL");
      if (error)
        error->index = (int32_t)i;
      return CSUP_E_ARGUMENT;
    }
  return parse(json, length, zones ? zones : none, zone_count, allocator, out, error);
}

csup_policy *csup_policy_retain(csup_policy *policy) {
  if (policy)
    atomic_fetch_add_explicit(&policy->references, 1, memory_order_relaxed);
  return policy;
}

void csup_policy_release(csup_policy *policy) {
  if (policy && atomic_fetch_sub_explicit(&policy->references, 1, memory_order_acq_rel) == 1)
    destroy(policy);
}

const csup_calendar *csup_policy_calendar(const csup_policy *policy, const char *name) {
  return policy && name ? csup_calendars_find(&policy->calendars, name) : NULL;
}

uint64_t csup_policy_fingerprint(const csup_policy *policy) {
  return policy ? policy->fingerprint : 0;
}

size_t csup_policy_finding_count(const csup_policy *policy) {
  return policy ? policy->findings.count : 0;
}

csup_status csup_policy_finding(const csup_policy *policy, size_t index, csup_finding *out) {
  if (!policy || !out || index >= policy->findings.count)
    return CSUP_E_ARGUMENT;
  const csup_found *found = &policy->findings.items[index];
  *out = (csup_finding){
      .code = found->code, .pointer = found->pointer, .message = found->message, .line = found->line, .column = found->column};
  return CSUP_OK;
}

static void tell_input(const csup_schema *schema, int32_t slot, csup_input *out) {
  const csup_fact *fact = &schema->facts[slot];
  bool is_list = fact->type == CSUP_FACT_CHOICE;
  *out = (csup_input){.name = fact->name,
                      .choices = is_list ? fact->choices : NULL,
                      .choice_count = is_list ? fact->choice_count : 0,
                      .kind = fact->type == CSUP_FACT_NUMBER ? CSUP_VALUE_NUMBER
                              : fact->type == CSUP_FACT_FLAG ? CSUP_VALUE_FLAG
                                                             : CSUP_VALUE_TEXT};
}

size_t csup_policy_field_count(const csup_policy *policy) {
  return policy ? (size_t)(policy->schema.first_dimension - policy->schema.first_field) : 0;
}

csup_status csup_policy_field(const csup_policy *policy, size_t index, csup_input *out) {
  if (!out || index >= csup_policy_field_count(policy))
    return CSUP_E_ARGUMENT;
  tell_input(&policy->schema, policy->schema.first_field + (int32_t)index, out);
  return CSUP_OK;
}

size_t csup_policy_dimension_count(const csup_policy *policy) {
  return policy ? (size_t)csup_impact_dimension_count(policy->impact) : 0;
}

csup_status csup_policy_dimension(const csup_policy *policy, size_t index, csup_input *out) {
  if (!out || index >= csup_policy_dimension_count(policy))
    return CSUP_E_ARGUMENT;
  tell_input(&policy->schema, csup_impact_dimension_slot(policy->impact, (int32_t)index), out);
  out->question = csup_impact_question(policy->impact, (int32_t)index);
  return CSUP_OK;
}

const csup_workflow *csup_policy_workflow(const csup_policy *policy) {
  return policy->workflow;
}

const csup_schema *csup_policy_schema(const csup_policy *policy) {
  return &policy->schema;
}

const csup_impact *csup_policy_impact(const csup_policy *policy) {
  return policy->impact;
}
