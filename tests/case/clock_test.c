/* Clocks, story by story: the cases to get right. Monday is 2026-03-02; the office is open 09:00 to 17:00 in UTC, but not on
   Friday the 6th. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define LENGTH(array)         (sizeof(array) / sizeof((array)[0]))
#define OPENED                "'event':'opened'"
#define REPLY                 "'event':'agent_message'"
#define MESSAGE               "'event':'customer_message'"
#define RESOLVED              MOVED("resolved")
#define WAITING               MOVED("waiting_customer")
#define ALWAYS(clock, within) "'" clock "':{'within':'" within "','calendar':'always'}"
#define OFFICE(clock, within) "'" clock "':{'within':'" within "','calendar':'office'}"
/* The case is taken up at once, so that the workflow lets it wait and be resolved. */
#define TAKEN_UP              "03-02T09:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n"

static const story starts_and_stops[] = {
    /* The reply counts although the case waits behind it: 09:00 + 1h = 10:00, the reply comes at 09:30. */
    {"a reply and pending in one batch meet the first response", OWES(ALWAYS("first_response", "PT1H")),
     TAKEN_UP "03-02T09:30 'events':[{" REPLY "},{" WAITING "}]\n", "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T09:30 clock_met sla first_response 1 after PT30M met\n"},
    {"opened and answered in one batch", OWES(ALWAYS("acknowledge", "PT15M") "," ALWAYS("first_response", "PT1H")),
     "03-02T09:00 'events':[{" OPENED "},{" REPLY "}]\n", "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla acknowledge 1 due 03-02T09:15\n"
     "03-02T09:00 clock_met sla acknowledge 1 after PT0S met\n"
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T09:00 clock_met sla first_response 1 after PT0S met\n"},
    /* Two contacts wait for one reply: the clock runs from 11:00, the first message after the first reply. */
    {"three messages before the reply are one next response, from the oldest", OWES(ALWAYS("next_response", "PT2H")),
     TAKEN_UP "03-02T10:00 " REPLY "\n03-02T11:00 " MESSAGE "\n03-02T11:30 " MESSAGE "\n03-02T12:00 " MESSAGE
              "\n03-02T12:30 " REPLY "\n03-02T12:40 " MESSAGE "\n",
     NULL, "clock_",
     "03-02T11:00 clock_started sla next_response 1 due 03-02T13:00\n"
     "03-02T12:30 clock_met sla next_response 1 after PT1H30M met\n"
     "03-02T12:40 clock_started sla next_response 2 due 03-02T14:40\n"},
    {"a note satisfies nothing, an automatic reply only acknowledges",
     OWES(ALWAYS("acknowledge", "PT15M") "," ALWAYS("first_response", "PT1H")),
     "03-02T09:00 " OPENED "\n03-02T09:05 'event':'note'\n03-02T09:10 'event':'agent_message','auto':true\n", "03-02T12:00",
     "clock_",
     "03-02T09:00 clock_started sla acknowledge 1 due 03-02T09:15\n"
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T09:10 clock_met sla acknowledge 1 after PT10M met\n"
     "03-02T10:00 clock_breached sla first_response 1 after PT1H breached\n"},
    {"an automatic message of the customer starts nothing", OWES(ALWAYS("next_response", "PT2H")),
     TAKEN_UP "03-02T10:00 " REPLY "\n03-02T11:00 'event':'customer_message','auto':true\n", NULL, "clock_", ""},
    {"a message after closing starts nothing", OWES(ALWAYS("next_response", "PT2H") "," ALWAYS("update", "PT2H")),
     TAKEN_UP "03-02T10:00 " REPLY "\n03-02T11:00 'event':'closed'\n03-02T12:00 " MESSAGE "\n03-02T12:30 " REPLY "\n",
     "03-03T00:00", "clock_",
     "03-02T10:00 clock_started sla update 1 due 03-02T12:00\n"
     "03-02T11:00 clock_cancelled sla update 1 after PT1H\n"},
    /* One event stops the cycle and starts the next. */
    {"each reply ends an update and begins the next", OWES(ALWAYS("update", "PT2H")),
     TAKEN_UP "03-02T10:00 " REPLY "\n03-02T11:00 " REPLY "\n", NULL, "clock_",
     "03-02T10:00 clock_started sla update 1 due 03-02T12:00\n"
     "03-02T11:00 clock_met sla update 1 after PT1H met\n"
     "03-02T11:00 clock_started sla update 2 due 03-02T13:00\n"},
    /* 09:00 + 1h = 10:00: at the due itself it is met, a microsecond later it is not. */
    {"a stop exactly at the due is in time", OWES(ALWAYS("first_response", "PT1H")),
     "03-02T09:00 " OPENED "\n03-02T10:00 " REPLY "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T10:00 clock_met sla first_response 1 after PT1H met\n"},
    {"a microsecond after the due it is late", OWES(ALWAYS("first_response", "PT1H")),
     "03-02T09:00 " OPENED "\n03-02T10:00:00.000001 " REPLY "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T10:00 clock_breached sla first_response 1 after PT1H breached\n"
     "03-02T10:00:00.000001 clock_met sla first_response 1 after PT1H0.000001S breached over PT0.000001S\n"},
    {"cancelled is not met", OWES(ALWAYS("first_response", "PT1H") "," ALWAYS("resolution", "PT4H")),
     TAKEN_UP "03-02T09:30 'event':'cancelled'\n", "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T09:30 clock_cancelled sla first_response 1 after PT30M\n"
     "03-02T09:30 clock_cancelled sla resolution 1 after PT30M\n"},
    {"merging ends every clock, promises too", OWES(ALWAYS("first_response", "PT1H") "," ALWAYS("resolution", "PT4H")),
     TAKEN_UP "03-02T09:10 'event':'promised','promise':'news','due':'2026-03-02T11:00:00Z'\n"
              "03-02T09:30 'event':'merged','into':'D'\n",
     "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla first_response 1 due 03-02T10:00\n"
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T09:10 clock_started promise promise:news 1 due 03-02T11:00\n"
     "03-02T09:30 clock_cancelled sla first_response 1 after PT30M\n"
     "03-02T09:30 clock_cancelled sla resolution 1 after PT30M\n"
     "03-02T09:30 clock_cancelled promise promise:news 1 after PT20M\n"},
};

static const story pauses[] = {
    /* Ten pauses of 2 s and ten of 58 s: 600 s in all, so 09:00 + 4h = 13:00 becomes 13:10. Sums that round each pause to minutes
       would give 13:00 or 13:20. */
    {"ten pauses of 2 s and ten of 58 s", OWES(ALWAYS("resolution", "PT4H")),
     TAKEN_UP "03-02T09:01 " WAITING "\n03-02T09:01:02 " MESSAGE "\n03-02T09:02 " WAITING "\n03-02T09:02:02 " MESSAGE "\n"
              "03-02T09:03 " WAITING "\n03-02T09:03:02 " MESSAGE "\n03-02T09:04 " WAITING "\n03-02T09:04:02 " MESSAGE "\n"
              "03-02T09:05 " WAITING "\n03-02T09:05:02 " MESSAGE "\n03-02T09:06 " WAITING "\n03-02T09:06:02 " MESSAGE "\n"
              "03-02T09:07 " WAITING "\n03-02T09:07:02 " MESSAGE "\n03-02T09:08 " WAITING "\n03-02T09:08:02 " MESSAGE "\n"
              "03-02T09:09 " WAITING "\n03-02T09:09:02 " MESSAGE "\n03-02T09:10 " WAITING "\n03-02T09:10:02 " MESSAGE "\n"
              "03-02T09:11 " WAITING "\n03-02T09:11:58 " MESSAGE "\n03-02T09:12 " WAITING "\n03-02T09:12:58 " MESSAGE "\n"
              "03-02T09:13 " WAITING "\n03-02T09:13:58 " MESSAGE "\n03-02T09:14 " WAITING "\n03-02T09:14:58 " MESSAGE "\n"
              "03-02T09:15 " WAITING "\n03-02T09:15:58 " MESSAGE "\n03-02T09:16 " WAITING "\n03-02T09:16:58 " MESSAGE "\n"
              "03-02T09:17 " WAITING "\n03-02T09:17:58 " MESSAGE "\n03-02T09:18 " WAITING "\n03-02T09:18:58 " MESSAGE "\n"
              "03-02T09:19 " WAITING "\n03-02T09:19:58 " MESSAGE "\n03-02T09:20 " WAITING "\n03-02T09:20:58 " MESSAGE "\n",
     "03-02T14:00", "clock_breached clock_warned", "03-02T13:10 clock_breached sla resolution 1 after PT4H breached\n"},
    {"the same in two pauses", OWES(ALWAYS("resolution", "PT4H")),
     TAKEN_UP "03-02T09:01 " WAITING "\n03-02T09:01:20 " MESSAGE "\n03-02T09:11 " WAITING "\n03-02T09:20:40 " MESSAGE "\n",
     "03-02T14:00", "clock_resumed clock_breached",
     "03-02T09:01:20 clock_resumed sla resolution 1 due 03-02T13:00:20\n"
     "03-02T09:20:40 clock_resumed sla resolution 1 due 03-02T13:10\n"
     "03-02T13:10 clock_breached sla resolution 1 after PT4H breached\n"},
    /* Thursday the 12th 16:00 to Monday the 16th 10:00. Eight hours from 09:00 would end at 17:00 on Thursday; the pause takes 1
       h of Thursday, 8 of Friday and 1 of Monday. Seven hours had gone, so one is left at 10:00 on Monday: 11:00. */
    {"a pause over a weekend on business hours", OWES(OFFICE("resolution", "PT8H")),
     "03-12T09:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n03-12T16:00 " WAITING "\n03-16T10:00 " MESSAGE
     "\n03-16T10:30 " RESOLVED "\n",
     NULL, "clock_",
     "03-12T09:00 clock_started sla resolution 1 due 03-12T17:00\n"
     "03-12T16:00 clock_paused sla resolution 1 after PT7H\n"
     "03-16T10:00 clock_resumed sla resolution 1 due 03-16T11:00\n"
     "03-16T10:30 clock_met sla resolution 1 after PT7H30M met\n"},
    /* Around the clock the pause lasts 90 h: 17:00 on Thursday becomes 11:00 on Monday as well, 10:00 and the hour left. */
    {"a pause over a weekend around the clock", OWES(ALWAYS("resolution", "PT8H")),
     "03-12T09:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n03-12T16:00 " WAITING "\n03-16T10:00 " MESSAGE
     "\n03-16T11:00 " RESOLVED "\n",
     NULL, "clock_",
     "03-12T09:00 clock_started sla resolution 1 due 03-12T17:00\n"
     "03-12T16:00 clock_paused sla resolution 1 after PT7H\n"
     "03-16T10:00 clock_resumed sla resolution 1 due 03-16T11:00\n"
     "03-16T11:00 clock_met sla resolution 1 after PT8H met\n"},
    /* A pause that lies wholly in closed time takes no open time, but no due lies before its end: 17:00 becomes 20:00. */
    {"a pause in closed time", OWES(OFFICE("resolution", "PT8H")), TAKEN_UP "03-02T17:00 " WAITING "\n03-02T20:00 " MESSAGE "\n",
     "03-03T12:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T17:00\n"
     "03-02T17:00 clock_paused sla resolution 1 after PT8H\n"
     "03-02T20:00 clock_resumed sla resolution 1 due 03-02T20:00\n"
     "03-02T20:00 clock_breached sla resolution 1 after PT8H breached\n"},
    /* Stopped while paused, it is judged as if resumed at that instant: 30 of 60 min are gone, so 10:00 becomes 15:30. */
    {"from paused to resolved in one step", OWES(ALWAYS("resolution", "PT1H")),
     TAKEN_UP "03-02T09:30 " WAITING "\n03-02T15:00 " RESOLVED "\n", NULL, "clock_ moved",
     "03-02T09:00 moved from new to diagnosis\n"
     "03-02T09:00 clock_started sla resolution 1 due 03-02T10:00\n"
     "03-02T09:30 moved from diagnosis to waiting_customer\n"
     "03-02T09:30 clock_paused sla resolution 1 after PT30M\n"
     "03-02T15:00 moved from waiting_customer to resolved\n"
     "03-02T15:00 clock_met sla resolution 1 after PT30M met\n"},
    /* In Sofia 2026-03-29 goes from 03:00 to 04:00 at 01:00Z. The night shift is open 00:00 to 06:00 there, on the 28th from
       22:00Z to 04:00Z of that day, on the 29th from 22:00Z (of the 28th) to 03:00Z: five hours. Opened on the 28th at 00:00Z,
       four of six hours are gone at 04:00Z; paused from 23:00Z to 02:00Z on the 29th takes three hours open. One of the two hours
       left goes from 22:00Z to 23:00Z, the other from 02:00Z to 03:00Z. */
    {"a pause over a change of clocks", OWES("'resolution':{'within':'PT6H','calendar':'sofia'}"),
     "03-28T00:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n03-28T23:00 " WAITING "\n03-29T02:00 " MESSAGE "\n",
     "03-30T00:00", "clock_",
     "03-28T00:00 clock_started sla resolution 1 due 03-29T00:00\n"
     "03-28T23:00 clock_paused sla resolution 1 after PT5H\n"
     "03-29T02:00 clock_resumed sla resolution 1 due 03-29T03:00\n"
     "03-29T03:00 clock_breached sla resolution 1 after PT6H breached\n"},
    {"a pause that begins after the due does not move it", OWES(ALWAYS("resolution", "PT1H")),
     TAKEN_UP "03-02T11:00 " WAITING "\n03-02T12:00 " MESSAGE "\n03-02T12:30 " RESOLVED "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T10:00\n"
     "03-02T10:00 clock_breached sla resolution 1 after PT1H breached\n"
     "03-02T11:00 clock_paused sla resolution 1 after PT2H breached over PT1H\n"
     "03-02T12:00 clock_resumed sla resolution 1 due 03-02T10:00 breached over PT1H\n"
     "03-02T12:30 clock_met sla resolution 1 after PT2H30M breached over PT1H30M\n"},
    /* The message leads back to work at 10:00, and the next wait begins at once: two pauses that touch, and no due between. */
    {"two pauses that touch", OWES(ALWAYS("resolution", "PT1H")),
     TAKEN_UP "03-02T09:30 " WAITING "\n03-02T10:00 'events':[{" MESSAGE "},{" WAITING "}]\n03-02T10:30 " MESSAGE "\n", NULL,
     "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T10:00\n"
     "03-02T09:30 clock_paused sla resolution 1 after PT30M\n"
     "03-02T10:00 clock_resumed sla resolution 1 due 03-02T10:30\n"
     "03-02T10:00 clock_paused sla resolution 1 after PT30M\n"
     "03-02T10:30 clock_resumed sla resolution 1 due 03-02T11:00\n"},
    /* What went by in the pause, 75 % at 09:45, is told at the resume. */
    {"a warning that went by in a pause is told at the resume",
     OWES("'resolution':{'within':'PT1H','calendar':'always','warn':['75%',"
          "'-PT5M']}"),
     TAKEN_UP "03-02T09:45 " WAITING "\n03-02T10:00 " MESSAGE "\n", "03-02T12:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T10:00\n"
     "03-02T09:45 clock_warned sla resolution 1 75% after PT45M\n"
     "03-02T09:45 clock_paused sla resolution 1 after PT45M\n"
     "03-02T10:00 clock_resumed sla resolution 1 due 03-02T10:15\n"
     "03-02T10:10 clock_warned sla resolution 1 -PT5M after PT55M\n"
     "03-02T10:15 clock_breached sla resolution 1 after PT1H breached\n"},
    /* A day before 10:00 lies before the start, a day before 10:00 on the 4th in the pause. Another priority, which owes the
       same, comes between the two and takes nothing away. */
    {"a warning that went by before the priority changed in a pause",
     OWES("'resolution':{'within':'PT1H','calendar':'always','warn':['-P1D']}"),
     TAKEN_UP "03-02T09:30 " WAITING "\n03-04T00:00 " ANSWERED("high") "\n03-04T09:30 " MESSAGE "\n", "03-04T09:45", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T10:00\n"
     "03-02T09:30 clock_paused sla resolution 1 after PT30M\n"
     "03-04T09:30 clock_resumed sla resolution 1 due 03-04T10:00\n"
     "03-04T09:30 clock_warned sla resolution 1 -P1D after PT30M\n"},
};

static const story days[] = {
    /* From Monday 22:00 four hours run through midnight: 02:00. */
    {"00:00-24:00 has no hole at midnight", OWES("'resolution':{'within':'PT4H','calendar':'week'}"), "03-02T22:00 " OPENED "\n",
     "03-04T00:00", "clock_",
     "03-02T22:00 clock_started sla resolution 1 due 03-03T02:00\n"
     "03-03T02:00 clock_breached sla resolution 1 after PT4H breached\n"},
    /* From Friday the 6th 22:00, four hours: two on Friday, two on Monday the 9th. */
    {"and a weekend between Friday and Monday", OWES("'resolution':{'within':'PT4H','calendar':'week'}"),
     "03-06T22:00 " OPENED "\n", "03-10T00:00", "clock_",
     "03-06T22:00 clock_started sla resolution 1 due 03-09T02:00\n"
     "03-09T02:00 clock_breached sla resolution 1 after PT4H breached\n"},
    /* Thursday 15:30 and two business days: Friday, Monday. */
    {"business days on Mo-Fr 00:00-24:00", OWES("'resolution':{'within':'P2D','calendar':'week'}"), "03-05T15:30 " OPENED "\n",
     "03-10T00:00", "clock_",
     "03-05T15:30 clock_started sla resolution 1 due 03-09T15:30\n"
     "03-09T15:30 clock_breached sla resolution 1 after PT48H breached\n"},
    /* The 6th is a holiday: Thursday the 5th 10:00 and one day is Monday the 9th 10:00. */
    {"a business day passes over a holiday", OWES(OFFICE("resolution", "P1D")), "03-05T10:00 " OPENED "\n", "03-10T00:00",
     "clock_",
     "03-05T10:00 clock_started sla resolution 1 due 03-09T10:00\n"
     "03-09T10:00 clock_breached sla resolution 1 after PT8H breached\n"},
    /* Day targets move by open time: one day from Monday 10:00 is Tuesday 10:00, the pause takes two hours of Monday. */
    {"a pause moves a day target by its open time", OWES(OFFICE("resolution", "P1D")),
     "03-02T10:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n03-02T11:00 " WAITING "\n03-02T13:00 " MESSAGE "\n",
     "03-04T00:00", "clock_",
     "03-02T10:00 clock_started sla resolution 1 due 03-03T10:00\n"
     "03-02T11:00 clock_paused sla resolution 1 after PT1H\n"
     "03-02T13:00 clock_resumed sla resolution 1 due 03-03T12:00\n"
     "03-03T12:00 clock_breached sla resolution 1 after PT8H breached\n"},
    /* 13:00 + 4h ends at the close of Monday: `close` leaves it at 17:00, `open` makes it 09:00 on Tuesday. */
    {"a due that lands on the close", OWES("'resolution':{'within':'PT4H','calendar':'office','lands':'close'}"),
     "03-02T13:00 " OPENED "\n", NULL, "clock_", "03-02T13:00 clock_started sla resolution 1 due 03-02T17:00\n"},
    {"a due that lands on the next opening", OWES("'resolution':{'within':'PT4H','calendar':'office','lands':'open'}"),
     "03-02T13:00 " OPENED "\n", NULL, "clock_", "03-02T13:00 clock_started sla resolution 1 due 03-03T09:00\n"},
    {"a day target that lands at the end of its day", OWES("'resolution':{'within':'P1D','calendar':'office','lands':'day_end'}"),
     "03-02T13:00 " OPENED "\n", NULL, "clock_", "03-02T13:00 clock_started sla resolution 1 due 03-03T17:00\n"},
    /* The fair has two days, the target three: there is no due and no half of it. What becomes P1 at 10:00 has used nothing. */
    {"three days of a calendar that has two left",
     "{'csupport':1,'calendars':{'fair':{'zone':'UTC','hours':'2026 Mar 02-2026 Mar 03 09:00-17:00'}},'agreements':[{'name':'a',"
     "'targets':{'resolution':{'within':{'P1':'PT4H','*':'P3D'},'calendar':{'P1':'always','*':'fair'},'warn':['1%','-P1D'],"
     "'on_change':'proportional'}}}],'escalations':[{'name':'late','on':{'clock':'resolution','at':'50%'},'do':[{'notify':'x'}]}]"
     "}",
     "03-02T09:00 " OPENED "\n03-04T10:00 'event':'overridden','priority':'P1'\n", "03-04T12:30", "clock_ notify",
     "03-02T09:00 clock_started sla resolution 1 due never\n"
     "03-04T10:00 clock_retargeted sla resolution 1.1 due 03-04T14:00\n"
     "03-04T10:02:24 clock_warned sla resolution 1.1 1% after PT2M24S\n"
     "03-04T12:00 notify late x\n"},
};

/* By priority: P1 1 h, P2 2 h, P3 4 h. */
#define BY_PRIORITY(on_change)                                                                                                   \
  OWES("'resolution':{'within':{'P1':'PT1H','P2':'PT2H','P3':'PT4H'},'calendar':'always','on_change':'" on_change "'}")

static const story changes[] = {
    /* At 11:00 the new due is 10:00, an hour ago: it breaches now, once, and the stop adds nothing to that. */
    {"priority raised after the new target has passed", BY_PRIORITY("recompute"),
     TAKEN_UP "03-02T11:00 " ANSWERED("high") "\n03-02T11:30 " RESOLVED "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT1H\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached over PT1H\n"
     "03-02T11:30 clock_met sla resolution 1.1 after PT2H30M breached over PT1H30M\n"},
    /* A stop after the due in the very batch that raised the priority. */
    {"raised and resolved in one batch", BY_PRIORITY("recompute"),
     TAKEN_UP "03-02T11:00 'events':[{" ANSWERED("high") "},{" RESOLVED "}]\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT1H\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached over PT1H\n"
     "03-02T11:00 clock_met sla resolution 1.1 after PT2H breached over PT1H\n"},
    /* The clocks read an event with the facts that it led to; the breach that one of them finds in doing so is none of these. */
    {"a breach at the stop is no fact of the event that stops",
     STORY(",'clocks':{'own':{'start':[{'event':'moved','when':{'breached':'resolution'}}],'stop':[{'event':'note'}]}},"
           "'agreements':[{'name':'a','targets':{'resolution':{'within':{'P1':'PT1H','P3':'PT4H'},'calendar':'always'}," ALWAYS(
               "own", "PT8H") "}}]"),
     TAKEN_UP "03-02T11:00 'events':[{" ANSWERED("high") "},{" RESOLVED "}]\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT1H\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached over PT1H\n"
     "03-02T11:00 clock_met sla resolution 1.1 after PT2H breached over PT1H\n"},
    {"keep", BY_PRIORITY("keep"), TAKEN_UP "03-02T10:00 " ANSWERED("high") "\n", "03-02T14:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T13:00 clock_breached sla resolution 1 after PT4H breached\n"},
    /* 10:30 + 2h; what went before does not count. */
    {"from now", BY_PRIORITY("from_now"), TAKEN_UP "03-02T10:30 " ANSWERED("mid") "\n", "03-02T14:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:30 clock_retargeted sla resolution 1.1 due 03-02T12:30\n"
     "03-02T12:30 clock_breached sla resolution 1.1 after PT2H breached\n"},
    /* At 10:00 three quarters of 4 h are unused; three quarters of 2 h are 1.5 h: 11:30. */
    {"proportional", BY_PRIORITY("proportional"), TAKEN_UP "03-02T10:00 " ANSWERED("mid") "\n", "03-02T14:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_retargeted sla resolution 1.1 due 03-02T11:30\n"
     "03-02T11:30 clock_breached sla resolution 1.1 after PT1H30M breached\n"},
    /* Changed in the pause, both count from the resume: 12:00 + 2h and 12:00 + 1.5 h. */
    {"from now while paused", BY_PRIORITY("from_now"),
     TAKEN_UP "03-02T10:00 " WAITING "\n03-02T11:00 " ANSWERED("mid") "\n03-02T12:00 " MESSAGE "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_paused sla resolution 1 after PT1H\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due never\n"
     "03-02T12:00 clock_resumed sla resolution 1.1 due 03-02T14:00\n"},
    {"proportional while paused", BY_PRIORITY("proportional"),
     TAKEN_UP "03-02T10:00 " WAITING "\n03-02T11:00 " ANSWERED("mid") "\n03-02T12:00 " MESSAGE "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_paused sla resolution 1 after PT1H\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due never\n"
     "03-02T12:00 clock_resumed sla resolution 1.1 due 03-02T13:30\n"},
    /* A pin changes the target, and its end changes it back: 09:00 + 1h, then 09:00 + 4h. */
    {"an override and its end", BY_PRIORITY("recompute"),
     TAKEN_UP "03-02T09:20 'event':'overridden','priority':'P1','until':'2026-03-02T09:40:00Z','because':'the board'\n",
     "03-02T12:00", "clock_ assessed released",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T09:20 assessed S3 from P3 to P1\n"
     "03-02T09:20 clock_retargeted sla resolution 1.1 due 03-02T10:00\n"
     "03-02T09:40 released priority because the board\n"
     "03-02T09:40 assessed S3 from P1 to P3\n"
     "03-02T09:40 clock_retargeted sla resolution 1.2 due 03-02T13:00\n"},
    /* 50 % of 4 h is 11:00, of 2 h 10:00. Raised at 10:30, the 50 % of the new target has passed and has not fired: now. */
    {"a warning that the new target has passed",
     OWES("'resolution':{'within':{'P2':'PT2H','P3':'PT4H'},'calendar':'always','warn':["
          "'50%']}"),
     TAKEN_UP "03-02T10:30 " ANSWERED("mid") "\n", "03-02T12:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:30 clock_retargeted sla resolution 1.1 due 03-02T11:00\n"
     "03-02T10:30 clock_warned sla resolution 1.1 50% after PT1H30M\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached\n"},
    /* Lowered at 10:30, what fired at 10:00 lies ahead again, at 11:00. */
    {"a warning that lies ahead again",
     OWES("'resolution':{'within':{'P2':'PT2H','P3':'PT4H'},'calendar':'always','warn':['50%']}"),
     TAKEN_UP "03-02T09:00 " ANSWERED("mid") "\n03-02T10:30 " ANSWERED("low") "\n", "03-02T12:00",
     "clock_warned clock_retargeted",
     "03-02T09:00 clock_retargeted sla resolution 1.1 due 03-02T11:00\n"
     "03-02T10:00 clock_warned sla resolution 1.1 50% after PT1H\n"
     "03-02T10:30 clock_retargeted sla resolution 1.2 due 03-02T13:00\n"
     "03-02T11:00 clock_warned sla resolution 1.2 50% after PT2H\n"},
};

/* Premium customers are owed 8 h, others 1 h. */
#define SHARED                                                                                                                   \
  STORY(",'agreements':[{'name':'p','when':{'tier':'premium'},'targets':{'resolution':{'within':'PT8H','calendar':'always',"     \
        "'on_change':'proportional','warn':['25%','90%']}}},{'name':'s','targets':{" ALWAYS("resolution", "PT1H") "}}]")

/* Premium customers are owed 2 h; others, until they name their tier, nothing. */
#define PREMIUM STORY(",'agreements':[{'name':'p','when':{'tier':'premium'},'targets':{" ALWAYS("resolution", "PT2H") "}}]")
#define PREMIUM_OR_STANDARD                                                                                                      \
  STORY(",'agreements':[{'name':'p','when':{'tier':'premium'},'targets':{" ALWAYS(                                               \
      "resolution", "PT2H") "}},"                                                                                                \
                            "{'name':'s','when':{'tier':'standard'},'targets':{" ALWAYS("resolution", "PT4H") "}}]")
#define TIER(tier) "'event':'changed','field':'tier','value':" tier

static const story agreements[] = {
    /* At 13:00 nothing is left of the hour, so the due and every share of it are 13:00. 25 % of 8 h fired at 11:00 and does not
       lie ahead; 90 % has not fired. */
    {"warnings where nothing is left", SHARED,
     "03-02T09:00 'event':'opened','fields':{'tier':'premium'}\n03-02T12:00 " TIER("'standard'") "\n03-02T13:00 " TIER(
         "'premium'") "\n",
     NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T17:00\n"
     "03-02T11:00 clock_warned sla resolution 1 25% after PT2H\n"
     "03-02T12:00 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT2H\n"
     "03-02T12:00 clock_breached sla resolution 1.1 after PT3H breached over PT2H\n"
     "03-02T13:00 clock_retargeted sla resolution 1.2 due 03-02T13:00\n"
     "03-02T13:00 clock_warned sla resolution 1.2 90% after PT0S\n"},
    /* SLA 4 h on office hours from 15:00: two on Monday, two on Tuesday. OLA 4 h around the clock. */
    {"two kinds of agreement on one clock",
     STORY(",'agreements':[{'name':'s','targets':{" OFFICE("resolution", "PT4H") "}},"
                                                                                 "{'name':'o','kind':'ola','targets':{" ALWAYS(
                                                                                     "resolution", "PT4H") "}}]"),
     "03-02T15:00 'events':[{" OPENED "},{'event':'acknowledged'}]\n03-03T10:00 " RESOLVED "\n", NULL, "clock_ agreement_chosen",
     "03-02T15:00 agreement_chosen sla s\n"
     "03-02T15:00 agreement_chosen ola o\n"
     "03-02T15:00 clock_started sla resolution 1 due 03-03T11:00\n"
     "03-02T15:00 clock_started ola resolution 1 due 03-02T19:00\n"
     "03-02T19:00 clock_breached ola resolution 1 after PT4H breached\n"
     "03-03T10:00 clock_met sla resolution 1 after PT3H met\n"
     "03-03T10:00 clock_met ola resolution 1 after PT19H breached over PT15H\n"},
    /* The cycle follows events all the time; a target that comes late counts from the start: 09:00 + 2h. */
    {"a target that comes late", PREMIUM, TAKEN_UP "03-02T10:00 " TIER("'premium'") "\n", "03-02T12:00",
     "clock_ agreement_chosen",
     "03-02T10:00 agreement_chosen sla p\n"
     "03-02T10:00 clock_started sla resolution 1 due 03-02T11:00\n"
     "03-02T11:00 clock_breached sla resolution 1 after PT2H breached\n"},
    {"an agreement lost and regained", PREMIUM,
     "03-02T09:00 'events':[{'event':'opened','fields':{'tier':'premium'}},{'event':'acknowledged'}]\n03-02T10:00 " TIER(
         "null") "\n03-02T10:30 " TIER("'premium'") "\n",
     "03-02T12:00", "clock_ agreement_chosen",
     "03-02T09:00 agreement_chosen sla p\n"
     "03-02T09:00 clock_started sla resolution 1 due 03-02T11:00\n"
     "03-02T10:00 agreement_chosen sla from p none\n"
     "03-02T10:00 clock_retargeted sla resolution 1.1 due never\n"
     "03-02T10:30 agreement_chosen sla p\n"
     "03-02T10:30 clock_retargeted sla resolution 1.2 due 03-02T11:00\n"
     "03-02T11:00 clock_breached sla resolution 1.2 after PT2H breached\n"},
    /* Lost, stopped and nothing owed: nothing is decided of the end. */
    {"resolved while nothing is owed", PREMIUM,
     "03-02T09:00 'events':[{'event':'opened','fields':{'tier':'premium'}},{'event':'acknowledged'}]\n03-02T10:00 " TIER(
         "null") "\n03-02T10:30 " RESOLVED "\n",
     NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T11:00\n"
     "03-02T10:00 clock_retargeted sla resolution 1.1 due never\n"},
    /* 2 h from 09:00, of which 1 is gone at the pause; under the new agreement 3 of 4 are left at 12:00. */
    {"an agreement changed while paused", PREMIUM_OR_STANDARD,
     "03-02T09:00 'events':[{'event':'opened','fields':{'tier':'premium'}},{'event':'acknowledged'}]\n03-02T10:00 " WAITING
     "\n03-02T11:00 " TIER("'standard'") "\n03-02T12:00 " MESSAGE "\n",
     NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T11:00\n"
     "03-02T10:00 clock_paused sla resolution 1 after PT1H\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due never\n"
     "03-02T12:00 clock_resumed sla resolution 1.1 due 03-02T15:00\n"},
    {"an agreement lost in a pause and regained after it", PREMIUM,
     "03-02T09:00 'events':[{'event':'opened','fields':{'tier':'premium'}},{'event':'acknowledged'}]\n03-02T10:00 " WAITING
     "\n03-02T11:00 " TIER("null") "\n03-02T12:00 " MESSAGE "\n03-02T12:30 " TIER("'premium'") "\n",
     NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T11:00\n"
     "03-02T10:00 clock_paused sla resolution 1 after PT1H\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due never\n"
     "03-02T12:30 clock_retargeted sla resolution 1.2 due 03-02T13:00\n"},
    /* From the 3rd on: a case of the 2nd is not owed anything. */
    {"an agreement of tomorrow",
     STORY(",'agreements':[{'name':'t','from':'2026-03-03T00:00:00Z','targets':{" ALWAYS("resolution", "PT2H") "}}]"), TAKEN_UP,
     "03-05T00:00", "clock_ agreement_chosen", ""},
};

#define AGAIN(again)                                                                                                             \
  STORY(",'clocks':{'resolution':{'start':[{'event':'opened'}],'stop':[{'category':['resolved','closed']}],"                     \
        "'pause':[{'category':['pending','hold']}],'again':'" again "'}},'agreements':[{'name':'a','targets':{"                  \
        "'resolution':{'within':'PT4H','calendar':'always','warn':['25%','75%']}}}]")

/* From closed back to resolved. */
#define HALF_OPENED                                                                                                              \
  STORY(",'workflow':{'initial':'new','states':{'new':{'category':'new'},'done':{'category':'resolved'},"                        \
        "'over':{'category':'closed'}},'moves':[{'from':'new','on':'closed','to':'over'},"                                       \
        "{'from':'over','on':'reopened','to':'done'}]},'clocks':{'own':{'start':[{'event':'opened'}],"                           \
        "'stop':[{'event':'closed'}],'again':'total'}},'agreements':[{'name':'a','targets':{" ALWAYS("own", "PT8H") "}}]")

static const story reopenings[] = {
    /* What counts as a reopen is one for the clocks too: leaving resolved or closed, except from resolved to closed. */
    {"reopened as far as resolved", HALF_OPENED,
     "03-02T09:00 " OPENED "\n03-02T10:00 'event':'closed'\n03-02T11:00 'event':'reopened'\n", NULL, "clock_",
     "03-02T09:00 clock_started sla own 1 due 03-02T17:00\n"
     "03-02T10:00 clock_met sla own 1 after PT1H met\n"
     "03-02T11:00 clock_started sla own 2 due 03-02T17:00\n"},
    /* Met at 10:00; the hour until 11:00 is a pause: 13:00 becomes 14:00. What fired at 25 % does not fire again. */
    {"reopened after it was met, resume", AGAIN("resume"), TAKEN_UP "03-02T10:00 " RESOLVED "\n03-02T11:00 'event':'reopened'\n",
     "03-02T15:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T10:00 clock_met sla resolution 1 after PT1H met\n"
     "03-02T11:00 clock_started sla resolution 2 due 03-02T14:00\n"
     "03-02T13:00 clock_warned sla resolution 2 75% after PT3H\n"
     "03-02T14:00 clock_breached sla resolution 2 after PT4H breached\n"},
    {"total", AGAIN("total"), TAKEN_UP "03-02T10:00 " RESOLVED "\n03-02T11:00 'event':'reopened'\n", "03-02T15:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T10:00 clock_met sla resolution 1 after PT1H met\n"
     "03-02T11:00 clock_started sla resolution 2 due 03-02T13:00\n"
     "03-02T12:00 clock_warned sla resolution 2 75% after PT3H\n"
     "03-02T13:00 clock_breached sla resolution 2 after PT4H breached\n"},
    {"restart", AGAIN("restart"), TAKEN_UP "03-02T10:00 " RESOLVED "\n03-02T11:00 'event':'reopened'\n", "03-02T15:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T10:00 clock_met sla resolution 1 after PT1H met\n"
     "03-02T11:00 clock_started sla resolution 2 due 03-02T15:00\n"
     "03-02T12:00 clock_warned sla resolution 2 25% after PT1H\n"
     "03-02T14:00 clock_warned sla resolution 2 75% after PT3H\n"},
    {"once", AGAIN("once"), TAKEN_UP "03-02T10:00 " RESOLVED "\n03-02T11:00 'event':'reopened'\n", "03-02T15:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T10:00 clock_met sla resolution 1 after PT1H met\n"},
    /* Sealed breached at 14:00: the next cycle is born past due, says so, and breaches no second time. */
    {"reopened after a sealed breach", AGAIN("resume"), TAKEN_UP "03-02T14:00 " RESOLVED "\n03-02T15:00 'event':'reopened'\n",
     "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T12:00 clock_warned sla resolution 1 75% after PT3H\n"
     "03-02T13:00 clock_breached sla resolution 1 after PT4H breached\n"
     "03-02T14:00 clock_met sla resolution 1 after PT5H breached over PT1H\n"
     "03-02T15:00 clock_started sla resolution 2 due 03-02T13:00 breached over PT1H\n"},
    /* Met at 10:00, but by 15:00 the total of 4 h is over: born past due, and as the first cycle had not breached, it breaches
       at the reopening. 75 %, at 12:00, went by as well and is told then, before. */
    {"born past due after a sealed success", AGAIN("total"),
     TAKEN_UP "03-02T10:00 " RESOLVED "\n03-02T15:00 'event':'reopened'\n", "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 clock_warned sla resolution 1 25% after PT1H\n"
     "03-02T10:00 clock_met sla resolution 1 after PT1H met\n"
     "03-02T15:00 clock_started sla resolution 2 due 03-02T13:00 breached over PT2H\n"
     "03-02T15:00 clock_warned sla resolution 2 75% after PT6H breached over PT2H\n"
     "03-02T15:00 clock_breached sla resolution 2 after PT6H breached over PT2H\n"},
    /* Sealed: a higher priority after the stop touches nothing. */
    {"a finished cycle is sealed", BY_PRIORITY("recompute"),
     TAKEN_UP "03-02T10:30 " RESOLVED "\n03-02T11:00 " ANSWERED("high") "\n", "03-03T00:00", "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:30 clock_met sla resolution 1 after PT1H30M met\n"},
};

/* `work` counts only in stage development, from one event to another, and begins anew when escalated. */
#define OWN_CLOCK                                                                                                                \
  STORY(",'clocks':{'work':{'start':[{'event':'answered'}],'stop':[{'event':'proposed'}],'cancel':[{'event':'rejected'}],"       \
        "'reset':[{'event':'escalated'}],'pause':[{'event':'requested'}],'resume':[{'event':'provided'}],'again':'each'}},"      \
        "'agreements':[{'name':'a','targets':{" ALWAYS("work", "PT2H") "}}]")

static const story own_clocks[] = {
    {"paused and resumed by events", OWN_CLOCK,
     TAKEN_UP "03-02T10:00 " ANSWERED(
         "low") "\n03-02T10:30 'event':'requested','what':'logs'\n03-02T10:40 'event':'note'\n"
                "03-02T11:00 'event':'provided','what':'logs'\n03-02T11:30 'event':'proposed','resolution':'full'\n",
     NULL, "clock_",
     "03-02T10:00 clock_started sla work 1 due 03-02T12:00\n"
     "03-02T10:30 clock_paused sla work 1 after PT30M\n"
     "03-02T11:00 clock_resumed sla work 1 due 03-02T12:30\n"
     "03-02T11:30 clock_met sla work 1 after PT1H met\n"},
    {"reset cancels the cycle and starts the next", OWN_CLOCK,
     TAKEN_UP "03-02T10:00 " ANSWERED("low") "\n03-02T11:00 'event':'escalated'\n03-02T11:30 'event':'rejected'\n"
                                             "03-02T12:00 'event':'escalated'\n",
     NULL, "clock_",
     "03-02T10:00 clock_started sla work 1 due 03-02T12:00\n"
     "03-02T11:00 clock_cancelled sla work 1 after PT1H\n"
     "03-02T11:00 clock_started sla work 2 due 03-02T13:00\n"
     "03-02T11:30 clock_cancelled sla work 2 after PT30M\n"},
    /* A level in `start` counts when it becomes true, and a clock that starts in a pausing state is paused from the first. */
    {"levels",
     STORY(",'clocks':{'hold':{'start':[{'category':'pending'}],'stop':[{'category':'open'}],"
           "'pause':[{'when':{'vip':true}}],'again':'each'}},'agreements':[{'name':'a','targets':{" ALWAYS("hold", "PT2H") "}}]"),
     "03-02T09:00 'events':[{'event':'opened','fields':{'vip':true}},{'event':'acknowledged'}]\n03-02T09:30 " WAITING
     "\n03-02T10:00 'event':'changed','field':'vip','value':false\n03-02T11:00 " MESSAGE "\n03-02T11:30 " WAITING "\n",
     NULL, "clock_",
     "03-02T09:30 clock_started sla hold 1 due never\n"
     "03-02T09:30 clock_paused sla hold 1 after PT0S\n"
     "03-02T10:00 clock_resumed sla hold 1 due 03-02T12:00\n"
     "03-02T11:00 clock_met sla hold 1 after PT1H met\n"
     "03-02T11:30 clock_started sla hold 2 due 03-02T13:30\n"},
    /* In `reset` and `resume` too a level counts when it becomes true, not as long as it lasts, each for itself. Paused from
       10:30 to 11:30 and from 12:00 to 13:30, what began at 10:00 is due at 18:00, 19:00, 20:30; worked are 0:30, 0:30 and 0:30.
       At 16:00 the customer has been a vip for an hour, and only now is angry. */
    {"levels that become true",
     STORY(",'clocks':{'work':{'start':[{'event':'opened'},{'when':{'vip':true}},{'when':{'mood':'angry'}}],"
           "'stop':[{'event':'agent_message'}],'pause':[{'event':'note'}],'resume':[{'stage':'development'}],"
           "'reset':[{'stage':'determination'}],'again':'each'}},'agreements':[{'name':'a','targets':{" ALWAYS("work",
                                                                                                               "PT8H") "}}]"),
     TAKEN_UP "03-02T09:30 'event':'note'\n03-02T10:00 " MOVED(
         "determination") "\n03-02T10:30 'event':'note'\n03-02T11:00 'event':'note'\n"
                          "03-02T11:30 'events':[{" ANSWERED("low") "},{" MOVED(
                              "development") "}]\n03-02T12:00 'event':'note'\n03-02T12:30 'event':'escalated'\n"
                                             "03-02T13:00 " MOVED("delivery") "\n03-02T13:30 " MOVED(
                                                 "development") "\n03-02T14:00 " REPLY
                                                                "\n03-02T15:00 'event':'changed','field':'vip','value':true\n"
                                                                "03-02T15:30 " REPLY "\n03-02T16:00 " MESSAGE ",'mood':'angry'\n",
     NULL, "clock_",
     "03-02T09:00 clock_started sla work 1 due 03-02T17:00\n"
     "03-02T09:30 clock_paused sla work 1 after PT30M\n"
     "03-02T10:00 clock_cancelled sla work 1 after PT30M\n"
     "03-02T10:00 clock_started sla work 2 due 03-02T18:00\n"
     "03-02T10:30 clock_paused sla work 2 after PT30M\n"
     "03-02T11:30 clock_resumed sla work 2 due 03-02T19:00\n"
     "03-02T12:00 clock_paused sla work 2 after PT1H\n"
     "03-02T13:30 clock_resumed sla work 2 due 03-02T20:30\n"
     "03-02T14:00 clock_met sla work 2 after PT1H30M met\n"
     "03-02T15:00 clock_started sla work 3 due 03-02T23:00\n"
     "03-02T15:30 clock_met sla work 3 after PT30M met\n"
     "03-02T16:00 clock_started sla work 4 due 03-03T00:00\n"},
};

/* The timer of 3 h and 75 % of 4 h fall on 12:00: timers first, and closing cancels the clock, so nothing is left to warn. */
#define CLOSES_AT_NOON                                                                                                           \
  STORY(",'workflow':{'initial':'new','states':{'new':{'category':'new'},'over':{'category':'closed'}},"                         \
        "'timers':[{'in':'new','after':'PT3H','calendar':'always','to':'over'}]},'clocks':{'own':{'start':[{'event':'opened'}]," \
        "'stop':[{'event':'proposed'}]}},'agreements':[{'name':'a','targets':{"                                                  \
        "'own':{'within':'PT4H','calendar':'always','warn':['75%']}}}]")

static const story ties[] = {
    {"a 75 % warning and a closing timer at one instant", CLOSES_AT_NOON, "03-02T09:00 " OPENED "\n", "03-03T00:00",
     "clock_ moved",
     "03-02T09:00 clock_started sla own 1 due 03-02T13:00\n"
     "03-02T12:00 moved from new to over\n"
     "03-02T12:00 clock_cancelled sla own 1 after PT3H\n"},
    /* What is due up to and including the instant of an event comes before it. */
    {"a warning at the instant of the stop", OWES("'resolution':{'within':'PT4H','calendar':'always','warn':['75%']}"),
     TAKEN_UP "03-02T12:00 " RESOLVED "\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T12:00 clock_warned sla resolution 1 75% after PT3H\n"
     "03-02T12:00 clock_met sla resolution 1 after PT3H met\n"},
    {"a target by severity", OWES("'resolution':{'by':'severity','within':{'S1':'PT1H','*':'PT4H'},'calendar':'always'}"),
     TAKEN_UP "03-02T09:30 'event':'overridden','severity':'S1'\n", NULL, "clock_",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T09:30 clock_retargeted sla resolution 1.1 due 03-02T10:00\n"},
    {"a calendar by priority", OWES("'resolution':{'within':'PT4H','calendar':{'P1':'always','*':'office'}}"),
     "03-02T15:00 " OPENED "\n03-02T16:00 " ANSWERED("high") "\n", NULL, "clock_",
     "03-02T15:00 clock_started sla resolution 1 due 03-03T11:00\n"
     "03-02T16:00 clock_retargeted sla resolution 1.1 due 03-02T19:00\n"},
};

#define STORIES(test, list)                                                                                                      \
  static void test(void **state) {                                                                                               \
    (void)state;                                                                                                                 \
    stories_hold(list, LENGTH(list));                                                                                            \
  }

STORIES(test_starts_and_stops, starts_and_stops)
STORIES(test_pauses, pauses)
STORIES(test_days_and_landings, days)
STORIES(test_changes_of_target, changes)
STORIES(test_agreements, agreements)
STORIES(test_reopenings, reopenings)
STORIES(test_own_clocks, own_clocks)
STORIES(test_ties, ties)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_starts_and_stops),  cmocka_unit_test(test_pauses),     cmocka_unit_test(test_days_and_landings),
      cmocka_unit_test(test_changes_of_target), cmocka_unit_test(test_agreements), cmocka_unit_test(test_reopenings),
      cmocka_unit_test(test_own_clocks),        cmocka_unit_test(test_ties),
  };
  return cmocka_run_group_tests_name("case/clock", tests, NULL, NULL);
}
