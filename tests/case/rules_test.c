/* Escalation rules, story by story (R1 to R7). Monday is 2026-03-02; the office is open 09:00 to 17:00 in UTC, but not on Friday
   the 6th. Team `day` works in office hours, `night` always. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define OPENED        "03-02T09:00 'event':'opened'\n"
#define TAKEN_UP      "03-02T09:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n"
#define VIP(value)    "'event':'changed','field':'vip','value':" value
/* A resolution in 4 h around the clock, due at 13:00 when opened at 09:00, and these rules. */
#define RULES(rules)                                                                                                             \
  STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':{'P1':'PT1H','P2':'PT2H','P3':'PT4H'},"                    \
        "'calendar':'always'}}}],'escalations':[" rules "]")
#define RULE(name, on, rest) "{'name':'" name "','on':{" on "}," rest "}"
#define TELL                 "'do':[{'notify':'lead'}]"

static const story on_clocks[] = {
    {"a share, the breach, and behind it",
     RULES(RULE("half", "'clock':'resolution','at':'50%'",
                TELL) "," RULE("late", "'clock':'resolution','at':'100%'",
                               TELL) "," RULE("later", "'clock':'resolution','at':'+PT30M'",
                                              TELL) "," RULE("before", "'clock':'resolution','at':'-PT30M'", TELL)),
     OPENED, "03-03T00:00", "fired clock_breached",
     "03-02T11:00 fired half 1/1 sla resolution 1\n"
     "03-02T12:30 fired before 1/1 sla resolution 1\n"
     "03-02T13:00 clock_breached sla resolution 1 after PT4H breached\n"
     "03-02T13:00 fired late 1/1 sla resolution 1\n"
     "03-02T13:30 fired later 1/1 sla resolution 1\n"},
    /* At the due itself the case is resolved: nothing has breached, and what goes with the breach does not fire. */
    {"met at the last moment",
     RULES(RULE("late", "'clock':'resolution','at':'100%'", TELL) "," RULE("at due", "'clock':'resolution','at':'+PT0S'", TELL)),
     TAKEN_UP "03-02T13:00 " MOVED("resolved") "\n", "03-03T00:00", "fired clock_breached clock_met",
     "03-02T13:00 clock_met sla resolution 1 after PT4H met\n"},
    {"every hour, three times", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT1H','times':3", TELL)), OPENED,
     "03-03T00:00", "fired",
     "03-02T14:00 fired nag 1/1 sla resolution 1\n"
     "03-02T15:00 fired nag 2/2 sla resolution 1\n"
     "03-02T16:00 fired nag 3/3 sla resolution 1\n"},
    /* 25 % of 4 h is an hour; the fourth goes with the breach. */
    {"every 25 %, the fourth with the breach",
     RULES(RULE("quarter", "'clock':'resolution','at':'25%','every':'25%','times':5", TELL)), OPENED, "03-03T00:00",
     "fired clock_breached",
     "03-02T10:00 fired quarter 1/1 sla resolution 1\n"
     "03-02T11:00 fired quarter 2/2 sla resolution 1\n"
     "03-02T12:00 fired quarter 3/3 sla resolution 1\n"
     "03-02T13:00 clock_breached sla resolution 1 after PT4H breached\n"
     "03-02T13:00 fired quarter 4/4 sla resolution 1\n"
     "03-02T14:00 fired quarter 5/5 sla resolution 1\n"},
    /* One day from Monday 13:00 is Tuesday 13:00, 8 h of open time, and lands at 17:00, 12 h. 125 % and 150 % of 8 h, 10 h and
       12 h, are 15:00 and 17:00: they don't come before the first, so the latest goes with the breach. 175 %, 14 h: 11:00. */
    {"no repeat comes before the one before it",
     STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':'P1D','calendar':'office','lands':'day_end'}}}],"
           "'escalations':[" RULE("nag", "'clock':'resolution','at':'100%','every':'25%','times':4", TELL) "]"),
     "03-02T13:00 'event':'opened'\n", "03-05T00:00", "fired clock_breached",
     "03-03T17:00 clock_breached sla resolution 1 after PT12H breached\n"
     "03-03T17:00 fired nag 1/3 sla resolution 1\n"
     "03-04T11:00 fired nag 2/4 sla resolution 1\n"},
    /* The second and third count from 11:00, whatever the pause does to the due. */
    {"a share, and every hour from there", RULES(RULE("half", "'clock':'resolution','at':'50%','every':'PT1H','times':3", TELL)),
     TAKEN_UP "03-02T11:30 " MOVED("waiting_customer") "\n03-02T12:30 'event':'customer_message'\n", "03-03T00:00", "fired",
     "03-02T11:00 fired half 1/1 sla resolution 1\n"
     "03-02T12:30 fired half 2/2 sla resolution 1\n"
     "03-02T13:00 fired half 3/3 sla resolution 1\n"},
    {"stopped, the nagging ends", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT1H','times':3", TELL)),
     TAKEN_UP "03-02T14:30 " MOVED("resolved") "\n", "03-03T00:00", "fired", "03-02T14:00 fired nag 1/1 sla resolution 1\n"},
    /* The guard is false at 11:00 and true at 11:30: what has gone by has lapsed. */
    {"a guard that comes true too late", RULES(RULE("half", "'clock':'resolution','at':'50%'", "'when':{'vip':true}," TELL)),
     OPENED "03-02T11:30 " VIP("true") "\n", "03-03T00:00", "fired", ""},
    /* What is due at 11:00 is judged by the facts before the event of 11:00. */
    {"a guard that comes true at the same instant",
     RULES(RULE("half", "'clock':'resolution','at':'50%'", "'when':{'vip':true}," TELL)), OPENED "03-02T11:00 " VIP("true") "\n",
     "03-03T00:00", "fired", ""},
    /* Two repeats go by in the pause, 14:00 and 15:00; the resume at 15:30 tells the latest, and the third comes at its time. */
    {"what goes by in a pause", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT1H','times':3", TELL)),
     TAKEN_UP "03-02T13:30 " MOVED("waiting_customer") "\n03-02T15:30 'event':'customer_message'\n", "03-03T00:00", "fired",
     "03-02T15:30 fired nag 1/2 sla resolution 1\n"
     "03-02T16:00 fired nag 2/3 sla resolution 1\n"},
    /* Raised to P1 at 10:30: 50 % of one hour was 09:30, and has not fired in this cycle, so now, before the breach of 10:00. */
    {"what a new target leaves behind", RULES(RULE("half", "'clock':'resolution','at':'50%'", TELL)),
     OPENED "03-02T10:30 " ANSWERED("high") "\n", NULL, "fired clock_retargeted clock_breached",
     "03-02T10:30 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT30M\n"
     "03-02T10:30 fired half 1/1 sla resolution 1.1\n"
     "03-02T10:30 clock_breached sla resolution 1.1 after PT1H30M breached over PT30M\n"},
    /* Opened at 09:00 on four hours from 14:00 on, when P1 is answered: half was 11:00, 60 % 11:24, due 13:00, and half an hour
       behind it 13:30. Warnings, the breach and rules fire in order of instant, whatever their order in the policy (C8). */
    {"what a new target leaves behind fires in order of instant",
     STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':{'P1':'PT4H','*':'PT16H'},'calendar':'office',"
           "'warn':['60%','100%']}}}],'escalations':[" RULE("late", "'clock':'resolution','at':'+PT30M'", TELL) "," RULE(
               "half", "'clock':'resolution','at':'50%'", TELL) "," RULE("due", "'clock':'resolution','at':'100%'", TELL) "]"),
     OPENED "03-02T14:00 " ANSWERED("high") "\n", "03-02T15:00", "fired clock_retargeted clock_warned clock_breached",
     "03-02T14:00 clock_retargeted sla resolution 1.1 due 03-02T13:00 breached over PT1H\n"
     "03-02T14:00 fired half 1/1 sla resolution 1.1\n"
     "03-02T14:00 clock_warned sla resolution 1.1 60% after PT5H breached over PT1H\n"
     "03-02T14:00 clock_breached sla resolution 1.1 after PT5H breached over PT1H\n"
     "03-02T14:00 clock_warned sla resolution 1.1 100% after PT5H breached over PT1H\n"
     "03-02T14:00 fired due 1/1 sla resolution 1.1\n"
     "03-02T14:00 fired late 1/1 sla resolution 1.1\n"},
    /* Guards and hours hold for them too: 50 % of four hours is only for premium cases and lapses, 60 % waits for an opening. */
    {"what a new target leaves behind asks its guard and its hours",
     STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':{'P1':'PT4H','*':'PT16H'},'calendar':'always'}}}],"
           "'escalations':[{'name':'half','on':{'clock':'resolution','at':'50%'},'when':{'tier':'premium'}," TELL
           "},{'name':'most','on':{'clock':'resolution','at':'60%'},'hours':{'calendar':'office','outside':'hold'}," TELL
           "},{'name':'due','on':{'clock':'resolution','at':'100%'}," TELL "}]"),
     "03-02T13:00 'event':'opened'\n03-02T18:00 " ANSWERED("high") "\n", "03-03T10:00", "fired clock_breached",
     "03-02T18:00 clock_breached sla resolution 1.1 after PT5H breached over PT1H\n"
     "03-02T18:00 fired due 1/1 sla resolution 1.1\n"
     "03-03T09:00 fired most 1/1 sla resolution 1.1\n"},
    /* Half of 4 h fired in cycle 1, and the next cycle inherits that. Its first target comes late, 12 h from 09:00 and the hour
       in which the case was resolved: due at 22:00; but it changes none, so half of it, 16:00, is not armed again. */
    {"what fired stays fired under a first target that comes late",
     STORY(",'agreements':[{'name':'p','when':{'tier':'premium'},'targets':{'resolution':{'within':'PT4H','calendar':'always'}}},"
           "{'name':'s','when':{'tier':'standard'},'targets':{'resolution':{'within':'PT12H','calendar':'always'}}}],"
           "'escalations':[" RULE("half", "'clock':'resolution','at':'50%'", TELL) "]"),
     "03-02T09:00 'events':[{'event':'opened','fields':{'tier':'premium'}},{'event':'acknowledged'}]\n03-02T11:30 " MOVED(
         "resolved") "\n03-02T12:00 'event':'changed','field':'tier','value':null\n03-02T12:30 'event':'reopened'\n"
                     "03-02T12:40 'event':'changed','field':'tier','value':'standard'\n",
     "03-03T00:00", "fired clock_started clock_breached",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T11:00 fired half 1/1 sla resolution 1\n"
     "03-02T12:40 clock_started sla resolution 2 due 03-02T22:00\n"
     "03-02T22:00 clock_breached sla resolution 2 after PT12H breached\n"},
    /* The first repeat, at 50 % of 4 h, raises to P1, due at 10:00: its 100 % has passed and has not fired, so now. */
    {"a repeat that the firing before it leaves behind",
     RULES(RULE("up", "'clock':'resolution','at':'50%','every':'50%','times':2", "'do':[{'raise_priority':{'by':2}}]")), OPENED,
     "03-03T00:00", "fired raised clock_retargeted clock_breached",
     "03-02T11:00 fired up 1/1 sla resolution 1\n"
     "03-02T11:00 raised up from P3 to P1\n"
     "03-02T11:00 clock_retargeted sla resolution 1.1 due 03-02T10:00 breached over PT1H\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached over PT1H\n"
     "03-02T11:00 fired up 2/2 sla resolution 1.1\n"},
    {"a promise",
     RULES(RULE("broken", "'clock':'promise','at':'100%'", TELL) "," RULE("soon", "'clock':'promise','at':'-PT10M'", TELL)),
     OPENED "03-02T10:00 'event':'promised','promise':'call','due':'2026-03-02T11:00:00Z'\n"
            "03-02T10:00 'event':'promised','promise':'news','due':'2026-03-02T12:00:00Z'\n"
            "03-02T11:55 'event':'fulfilled','promise':'news'\n",
     "03-02T12:30", "fired clock_breached",
     "03-02T10:50 fired soon 1/1 promise promise:call 1\n"
     "03-02T11:00 clock_breached promise promise:call 1 after PT1H breached\n"
     "03-02T11:00 fired broken 1/1 promise promise:call 1\n"
     "03-02T11:50 fired soon 2/1 promise promise:news 1\n"},
};

#define IN_HOURS(outside) "'hours':{'calendar':'office','outside':'" outside "'},"

static const story hours[] = {
    /* Opened at 15:00, due at 19:00, nagged at 20:00, 21:00 and 22:00: one firing at 09:00, the latest repeat. */
    {"hold", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT1H','times':3", IN_HOURS("hold") TELL)),
     "03-02T15:00 'event':'opened'\n", "03-04T00:00", "fired", "03-03T09:00 fired nag 1/3 sla resolution 1\n"},
    /* 16 h from 17:00 are 09:00. What is held over night fires then, what goes with the breach only if it comes to that: not
       where the stop comes at the due. */
    {"held until the instant of the due",
     STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':'PT16H','calendar':'always'}}}],'escalations':[" RULE(
         "nag", "'clock':'resolution','at':'50%','every':'25%','times':3", IN_HOURS("hold") TELL) "]"),
     "03-02T17:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n03-03T09:00 " MOVED("resolved") "\n", NULL,
     "fired clock_met",
     "03-03T09:00 fired nag 1/2 sla resolution 1\n"
     "03-03T09:00 clock_met sla resolution 1 after PT16H met\n"},
    /* Paused from the close at 17:00, of the eight hours' last minute, the due becomes the resume on Thursday at 20:00. A day
       before that went by in the pause and fires at the resume; what goes with the breach comes behind it. */
    {"gone by in a pause, and the due at its end",
     STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':'PT8H','calendar':'office'}}}],'escalations':[" RULE(
         "nag", "'clock':'resolution','at':'-P1D','every':'P1D','times':2", TELL) "]"),
     TAKEN_UP "03-02T17:00 " MOVED("waiting_customer") "\n03-05T20:00 'event':'customer_message'\n", "03-05T21:00",
     "fired clock_resumed clock_breached",
     "03-05T20:00 clock_resumed sla resolution 1 due 03-05T20:00\n"
     "03-05T20:00 fired nag 1/1 sla resolution 1\n"
     "03-05T20:00 clock_breached sla resolution 1 after PT8H breached\n"
     "03-05T20:00 fired nag 2/2 sla resolution 1\n"},
    {"skip", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT6H','times':3", IN_HOURS("skip") TELL)),
     /* 20:00 and 02:00 are skipped, 08:00 too */
     "03-02T15:00 'event':'opened'\n", "03-04T00:00", "fired", ""},
    {"skip until open", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H','every':'PT7H','times':3", IN_HOURS("skip") TELL)),
     /* 20:00, 03:00, 10:00 */
     "03-02T15:00 'event':'opened'\n", "03-04T00:00", "fired", "03-03T10:00 fired nag 1/3 sla resolution 1\n"},
    {"fire", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", IN_HOURS("fire") TELL)), "03-02T15:00 'event':'opened'\n",
     "03-04T00:00", "fired", "03-02T20:00 fired nag 1/1 sla resolution 1\n"},
    {"held, and resolved before the opening", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", IN_HOURS("hold") TELL)),
     "03-02T15:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n03-02T21:00 " MOVED("resolved") "\n", "03-04T00:00",
     "fired", ""},
    {"held, and the guard is false at the opening",
     RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", "'when':{'vip':{'is_not':true}}," IN_HOURS("hold") TELL)),
     "03-02T15:00 'event':'opened'\n03-02T21:00 " VIP("true") "\n", "03-04T00:00", "fired", ""},
    /* Due at 19:00, +PT1H at 20:00 is held until 09:00; the pause from 21:00 to 22:00 begins behind it and does not touch it. */
    {"held, and paused in the meantime", RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", IN_HOURS("hold") TELL)),
     "03-02T15:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n03-02T21:00 " MOVED(
         "waiting_customer") "\n03-02T22:00 'event':'customer_message'\n",
     "03-04T00:00", "fired", "03-03T09:00 fired nag 1/1 sla resolution 1\n"},
    /* +PT1H, 20:00 on Tuesday, has gone by when the case is reopened on Wednesday at 20:00, out of hours: it waits for Thursday
       09:00, and only there is the guard asked, which came true in the night. */
    {"gone by before a reopening in the night, and held",
     RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", "'when':{'vip':true}," IN_HOURS("hold") TELL)),
     "03-03T15:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n03-04T10:00 " MOVED(
         "resolved") "\n03-04T20:00 'event':'reopened'\n03-04T22:00 " VIP("true") "\n",
     "03-05T12:00", "fired", "03-05T09:00 fired nag 1/1 sla resolution 2\n"},
    {"an event held over night", RULES(RULE("loud", "'event':'rejected'", IN_HOURS("hold") TELL)),
     OPENED "03-02T20:00 'event':'rejected'\n03-02T21:00 'event':'rejected'\n", "03-04T00:00", "fired",
     "03-03T09:00 fired loud 1/1\n"},
    /* The guard is asked at the opening, with the members of each event that waits for it: a person wrote at 20:00, a machine at
       21:00; nobody on the customer's side escalated. */
    {"held for an event's own members",
     RULES(RULE("person", "'event':'customer_message'", "'when':{'auto':false}," IN_HOURS("hold") TELL) "," RULE(
         "machine", "'event':'customer_message'",
         "'when':{'auto':true}," IN_HOURS("hold")
             TELL) "," RULE("complaint", "'event':'escalated'",
                            "'when':{'by':'customer'}," IN_HOURS("hold")
                                TELL) "," RULE("agent", "'event':'escalated'",
                                               "'when':{'by':'agent','level':{'at_least':3}}," IN_HOURS("hold") TELL)),
     OPENED "03-02T20:00 'event':'customer_message'\n03-02T21:00 'event':'customer_message','auto':true\n"
            "03-02T21:30 'event':'escalated','by':'agent'\n03-02T22:00 'event':'escalated'\n",
     "03-05T00:00", "fired", "03-03T09:00 fired person 1/1\n03-03T09:00 fired machine 1/1\n03-03T09:00 fired agent 1/1\n"},
};

/* A shift of half an hour in every hour, and a rule on their ends for one hour of the 29th. */
#define RELAY                                                                                                                    \
  "{'csupport':1,'calendars':{'relay':{'zone':'UTC','hours':'Mo-Su 00:00-00:30,01:00-01:30,02:00-02:30,03:00-03:30,04:00-04:30," \
  "05:00-05:30,06:00-06:30,07:00-07:30,08:00-08:30,09:00-09:30,10:00-10:30,11:00-11:30,12:00-12:30,13:00-13:30,14:00-14:30,"     \
  "15:00-15:30,16:00-16:30,17:00-17:30,18:00-18:30,19:00-19:30,20:00-20:30,21:00-21:30,22:00-22:30,23:00-23:30'},"               \
  "'once':{'zone':'UTC','hours':'2026 Mar 29 03:00-04:00'}},'teams':{'relay':{'calendar':'relay'}},'escalations':[" RULE(        \
      "sun", "'team':'off_shift'", "'hours':{'calendar':'once','outside':'skip'}," TELL) "]}"

static const story on_the_rest[] = {
    /* Two rejections in one batch: both firings see the facts at its end. */
    {"event rules run per event, with the facts at the end of the batch",
     RULES(RULE("twice", "'event':'rejected'", "'when':{'rejections':{'at_least':2}}," TELL)),
     OPENED "03-02T10:00 'event':'rejected'\n03-02T11:00 'events':[{'event':'rejected'},{'event':'note'},{'event':'rejected'}]\n",
     NULL, "fired notify",
     "03-02T11:00 fired twice 1/1\n03-02T11:00 notify twice lead\n03-02T11:00 fired twice 2/1\n03-02T11:00 notify twice lead\n"},
    /* What came by itself is another matter than what somebody wrote, in one batch too. */
    {"an event's own members",
     RULES(RULE("person", "'event':'customer_message'", "'when':{'auto':false}," TELL) "," RULE(
         "machine", "'event':['customer_message','note']",
         "'when':{'auto':true}," TELL) "," RULE("complaint", "'event':'escalated'", "'when':{'by':'customer'}," TELL)),
     OPENED
     "03-02T10:00 'event':'customer_message'\n03-02T11:00 'event':'customer_message','auto':true\n03-02T12:00 'event':'note'\n"
     "03-02T13:00 'events':[{'event':'customer_message','auto':true},{'event':'customer_message'}]\n"
     "03-02T14:00 'event':'escalated','by':'agent'\n03-02T15:00 'event':'escalated','by':'customer'\n"
     "03-02T16:00 'event':'escalated'\n",
     NULL, "fired",
     "03-02T10:00 fired person 1/1\n03-02T11:00 fired machine 1/1\n03-02T13:00 fired machine 2/1\n"
     "03-02T13:00 fired person 2/1\n03-02T15:00 fired complaint 1/1\n"},
    {"a fact that changes, and reaches what the guard asks",
     RULES(RULE("third", "'fact':'contacts'", "'when':{'contacts':{'at_least':3}}," TELL)),
     OPENED "03-02T10:00 'event':'customer_message'\n03-02T11:00 'event':'customer_message'\n03-02T12:00 'event':'note'\n"
            "03-02T13:00 'event':'customer_message'\n",
     NULL, "fired", "03-02T11:00 fired third 1/1\n03-02T13:00 fired third 2/1\n"},
    /* A and B set each other's field: each fires once in the settlement, and it ends. */
    {"facts that feed each other",
     RULES(
         RULE("a", "'fact':'vip'", "'do':[{'set':{'seats':1}}]") "," RULE("b", "'fact':'seats'", "'do':[{'set':{'vip':false}}]")),
     OPENED "03-02T10:00 " VIP("true") "\n", NULL, "fired set",
     "03-02T10:00 fired a 1/1\n03-02T10:00 set a seats to 1\n03-02T10:00 fired b 1/1\n03-02T10:00 set b vip from true to "
     "false\n"},
    /* B, behind A, sets what A waits for: A has had its look already and gets another. */
    {"a fact that a later rule changes",
     RULES(RULE("a", "'fact':'vip'", TELL) "," RULE("b", "'fact':'seats'", "'do':[{'set':{'vip':true}}]")),
     OPENED "03-02T10:00 'event':'changed','field':'seats','value':3\n", NULL, "fired",
     "03-02T10:00 fired b 1/1\n03-02T10:00 fired a 1/1\n"},
    /* Sixteen hours of office time from Monday 09:00 end with Tuesday's. */
    {"stuck in a state", RULES(RULE("stuck", "'state':'diagnosis','for':'PT16H','calendar':'office'", TELL)), TAKEN_UP,
     "03-05T00:00", "fired", "03-03T17:00 fired stuck 1/1\n"},
    {"a state left in time, and entered again", RULES(RULE("stuck", "'state':'diagnosis','for':'PT2H'", TELL)),
     TAKEN_UP "03-02T10:30 " MOVED("determination") "\n03-02T11:30 " MOVED("diagnosis") "\n", "03-05T00:00", "fired",
     "03-02T13:30 fired stuck 1/1\n"},
    {"in a closed case nothing is timed",
     RULES(RULE("nag", "'clock':'resolution','at':'+PT1H'", TELL) "," RULE("rest", "'state':'closed','for':'PT1H'",
                                                                           TELL) "," RULE("word", "'event':'note'", TELL)),
     OPENED "03-02T10:00 'event':'closed'\n03-02T12:00 'event':'note'\n", "03-05T00:00", "fired", "03-02T12:00 fired word 1/1\n"},
    /* 17:00 of each working day, while the case is open; Wednesday's is after it waits. */
    {"off shift", RULES(RULE("sun", "'team':'off_shift'", TELL)),
     "03-02T09:00 'events':[{'event':'opened','team':'day'},{'event':'acknowledged'}]\n03-04T10:00 " MOVED(
         "waiting_customer") "\n",
     "03-06T00:00", "fired", "03-02T17:00 fired sun 1/1\n03-03T17:00 fired sun 2/1\n"},
    /* Sofia's hours begin at 22:00Z. What waits for them since 17:00 outlives an event and another team. */
    {"off shift, held", RULES(RULE("sun", "'team':'off_shift'", "'hours':{'calendar':'sofia','outside':'hold'}," TELL)),
     "03-02T09:00 'event':'opened','team':'day'\n03-02T18:00 'event':'note'\n03-02T19:00 'event':'assigned','team':'night'\n",
     "03-04T00:00", "fired", "03-02T22:00 fired sun 1/1\n"},
    /* The end of Monday's shift waits for Tuesday 09:00, when the guard is false; that of Tuesday's for Wednesday 09:00. */
    {"off shift, held a second time",
     RULES(RULE("sun", "'team':'off_shift'", "'when':{'vip':true},'hours':{'calendar':'office','outside':'hold'}," TELL)),
     "03-02T09:00 'event':'opened','team':'day'\n03-02T20:00 'event':'note'\n03-04T08:00 " VIP("true") "\n", "03-04T12:00",
     "fired", "03-04T09:00 fired sun 1/1\n"},
    /* 648 shifts end before one ends within the hours. */
    {"off shift, skipped for weeks", RELAY, "03-02T09:00 'event':'opened','team':'relay'\n", "03-30T00:00", "fired",
     "03-29T03:30 fired sun 1/1\n"},
    {"off shift, skipped", RULES(RULE("sun", "'team':'off_shift'", "'hours':{'calendar':'sofia','outside':'skip'}," TELL)),
     "03-02T09:00 'event':'opened','team':'day'\n", "03-04T00:00", "fired", ""},
    {"a team that nobody declared has no shift", RULES(RULE("sun", "'team':'off_shift'", TELL)),
     "03-02T09:00 'event':'opened','team':'moon'\n", "03-06T00:00", "fired", ""},
};

static const story actions[] = {
    /* From 17:00 on nobody of `day` is there; with only `day` in the list nothing is decided. */
    {"assign to who is there",
     RULES(RULE("sun", "'team':'off_shift'", "'do':[{'assign':['day','night']}]") "," RULE("nobody", "'event':'note'",
                                                                                           "'do':[{'assign':['day']}]")),
     "03-02T09:00 'event':'opened','team':'day'\n03-02T18:00 'event':'note'\n03-03T10:00 'event':'note'\n", "03-05T00:00",
     "assign fired",
     "03-02T17:00 fired sun 1/1\n"
     "03-02T17:00 assign sun from day to night\n"
     "03-02T18:00 fired nobody 1/1\n"
     "03-03T10:00 fired nobody 2/1\n"
     "03-03T10:00 assign nobody from night to day\n"
     "03-03T17:00 fired sun 2/1\n"
     "03-03T17:00 assign sun from day to night\n"},
    {"escalate: the level becomes the greater, and the team follows",
     RULES(RULE("up", "'event':'note'",
                "'do':[{'escalate':{'level':3,'kind':'functional','to':'lab'}},"
                "{'escalate':{'level':2,'kind':'hierarchical','to':'boss'}}]") "," RULE("lab", "'fact':'team'", TELL)),
     OPENED "03-02T10:00 'event':'note'\n", NULL, "escalated fired",
     "03-02T10:00 fired up 1/1\n"
     "03-02T10:00 escalated up functional level 3 to lab\n"
     "03-02T10:00 escalated up hierarchical level 3 to boss\n"
     "03-02T10:00 fired lab 1/1\n"},
    /* A floor until the case is reopened: P3 to P2, an answer changes nothing, the reopening lets it go. */
    {"raise by one", RULES(RULE("up", "'event':'rejected'", "'do':[{'raise_priority':{'by':1}}]")),
     TAKEN_UP "03-02T09:10 'event':'rejected'\n03-02T09:20 " MOVED("resolved") "\n03-02T09:30 'event':'reopened'\n", NULL,
     "raised assessed",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:10 raised up from P3 to P2\n"
     "03-02T09:10 assessed S3 from P3 to P2\n"
     "03-02T09:30 assessed S3 from P2 to P3\n"},
    {"raise to, never down, and not above a pin",
     RULES(RULE("up", "'event':'rejected'", "'do':[{'raise_priority':{'to':'P2'}}]")),
     OPENED "03-02T09:10 " ANSWERED("high") "\n03-02T09:20 'event':'rejected'\n03-02T09:30 " ANSWERED(
         "low") "\n03-02T09:40 'event':'rejected'\n"
                "03-02T09:50 'event':'overridden','priority':'P3'\n",
     NULL, "raised assessed",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:10 assessed S1 from P3 to P1\n"
     "03-02T09:30 assessed S3 from P1 to P3\n"
     "03-02T09:40 raised up from P3 to P2\n"
     "03-02T09:40 assessed S3 from P3 to P2\n"
     "03-02T09:50 assessed S3 from P2 to P3\n"},
    /* A raised priority is a new target: 09:00 + 2h. */
    {"raised, and its clock follows", RULES(RULE("up", "'event':'rejected'", "'do':[{'raise_priority':{'by':1}}]")),
     OPENED "03-02T10:00 'event':'rejected'\n", "03-02T12:00", "clock_ raised",
     "03-02T09:00 clock_started sla resolution 1 due 03-02T13:00\n"
     "03-02T10:00 raised up from P3 to P2\n"
     "03-02T10:00 clock_retargeted sla resolution 1.1 due 03-02T11:00\n"
     "03-02T11:00 clock_breached sla resolution 1.1 after PT2H breached\n"},
    {"set each kind of field",
     RULES(RULE("s", "'event':'note'",
                "'do':[{'set':{'tier':'premium'}},{'set':{'seats':7}},{'set':{'vip':true}},"
                "{'set':{'field':'product','value':'red'}},{'set':{'seats':7}},{'set':{'tier':null}}]")),
     OPENED "03-02T10:00 'event':'note'\n", NULL, "set",
     "03-02T10:00 set s tier to premium\n"
     "03-02T10:00 set s seats to 7\n"
     "03-02T10:00 set s vip to true\n"
     "03-02T10:00 set s product to red\n"
     "03-02T10:00 set s tier from premium\n"},
    {"clear a text that no other rule speaks of", RULES(RULE("s", "'event':'note'", "'do':[{'set':{'product':null}}]")),
     "03-02T09:00 'event':'opened','fields':{'product':'red'}\n03-02T10:00 'event':'note'\n03-02T11:00 'event':'note'\n", NULL,
     "set", "03-02T10:00 set s product from red\n"},
    /* Forced, whatever the workflow allows, and no event: the rule on `moved` is silent, the one on the state is not. */
    {"move",
     RULES(RULE("jump", "'event':'note'", "'do':[{'move':'delivery'}]") "," RULE("deaf", "'event':'moved'", TELL) "," RULE(
         "sees", "'fact':'state'", "'when':{'state':'delivery'}," TELL)),
     OPENED "03-02T10:00 'event':'note'\n03-02T11:00 'event':'note'\n", NULL, "moved fired",
     "03-02T10:00 fired jump 1/1\n"
     "03-02T10:00 moved jump from new to delivery\n"
     "03-02T10:00 fired sees 1/1\n"
     "03-02T11:00 fired jump 2/1\n"},
    {"advise and ask",
     RULES(RULE("talk", "'event':'note'", "'do':[{'advise':{'topic':'tone','say':'slowly'}},{'ask':'harm'},{'ask':null}]")),
     OPENED "03-02T10:00 'event':'note'\n03-02T11:00 " ANSWERED("low") "\n03-02T12:00 'event':'note'\n", NULL, "advise ask",
     "03-02T10:00 advise talk tone because slowly\n"
     "03-02T10:00 ask talk harm because How bad is it?\n"
     "03-02T10:00 ask talk harm because How bad is it?\n"
     "03-02T12:00 advise talk tone because slowly\n"
     "03-02T12:00 ask talk harm because How bad is it?\n"}, /* nothing is worth asking any more; the named one is asked all the
                                                               same */
};

/* All at 11:00: an override ends, a timer of two hours, a warning at 50 %, then rules in the order of the document. */
static const story order[] = {
    {"one instant",
     STORY(",'workflow':{'initial':'new','states':{'new':{'category':'new'},'on':{'category':'open'}},"
           "'timers':[{'in':'new','after':'PT2H','calendar':'always','to':'on'}]},"
           "'agreements':[{'name':'a','targets':{'resolution':{'within':'PT4H','calendar':'always','warn':['50%']},"
           "'first_response':{'within':'PT1H59M59.999999S','calendar':'always'}}}],'escalations':[" RULE(
               "second", "'clock':'resolution','at':'50%'",
               TELL) "," RULE("first", "'state':'new','for':'PT2H'",
                              TELL) "," RULE("breach", "'clock':'first_response','at':'100%'", TELL) "]"),
     OPENED "03-02T09:30 'event':'overridden','priority':'P1','until':'2026-03-02T11:00:00Z'\n", "03-03T00:00",
     "fired released moved clock_warned",
     "03-02T10:59:59.999999 fired breach 1/1 sla first_response 1\n"
     "03-02T11:00 released priority\n"
     "03-02T11:00 moved from new to on\n"
     "03-02T11:00 clock_warned sla resolution 1 50% after PT2H\n"
     "03-02T11:00 fired second 1/1 sla resolution 1\n"},
    /* What goes with the breach comes before what the breach sets off, whatever the order of the document. */
    {"a rule on the breach before one on the fact",
     RULES(RULE("fact", "'fact':'breached'", TELL) "," RULE("late", "'clock':'resolution','at':'100%'", TELL)), OPENED,
     "03-03T00:00", "fired clock_breached",
     "03-02T13:00 clock_breached sla resolution 1 after PT4H breached\n"
     "03-02T13:00 fired late 1/1 sla resolution 1\n"
     "03-02T13:00 fired fact 1/1\n"},
};

#define STORIES(test, list)                                                                                                      \
  static void test(void **state) {                                                                                               \
    (void)state;                                                                                                                 \
    stories_hold(list, LENGTH(list));                                                                                            \
  }

STORIES(test_on_clocks, on_clocks)
STORIES(test_hours, hours)
STORIES(test_on_the_rest, on_the_rest)
STORIES(test_actions, actions)
STORIES(test_order, order)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_on_clocks), cmocka_unit_test(test_hours), cmocka_unit_test(test_on_the_rest),
      cmocka_unit_test(test_actions),   cmocka_unit_test(test_order),
  };
  return cmocka_run_group_tests_name("case/rules", tests, NULL, NULL);
}
