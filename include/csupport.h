/**
 * @file csupport.h
 * libcsupport: the logic that every helpdesk needs. This umbrella includes the whole public API; everything that it
 * declares with CSUP_API is a promise, and the library's major version changes when a promise does.
 */
#ifndef CSUPPORT_H
#define CSUPPORT_H

#include "csupport/base.h"
#include "csupport/calendar.h"
#include "csupport/case.h"
#include "csupport/impact.h"
#include "csupport/policy.h"
#include "csupport/time.h"
#include "csupport/workflow.h"

#endif
