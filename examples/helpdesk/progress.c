#define _POSIX_C_SOURCE 200809L /* isatty, fileno, clock_gettime */
#include "helpdesk.h"

#include <time.h>
#include <unistd.h>

static bool is_shown;

double seconds_now(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Ten times a second is as much as anybody can read. */
void progress(const char *what, size_t done, size_t of) {
  static double shown_at;
  double now = seconds_now();
  if (!isatty(fileno(stderr)) || (is_shown && now - shown_at < 0.1))
    return;
  if (of > 0)
    fprintf(stderr, "\r%s: %zu of %zu\033[K", what, done, of);
  else
    fprintf(stderr, "\r%s: %zu\033[K", what, done);
  is_shown = true;
  shown_at = now;
}

void progress_end(void) {
  if (is_shown)
    fputs("\r\033[K", stderr);
  is_shown = false;
}
