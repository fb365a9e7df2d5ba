#include "calendar/business_dates.h"

#include <string.h>

#define WORD_BITS 64

csup_status csup_business_dates_init(csup_business_dates *dates, int32_t first_day, size_t day_count,
                                     const csup_allocator *allocator) {
  size_t word_count = (day_count + WORD_BITS - 1) / WORD_BITS;
  *dates = (csup_business_dates){.first_day = first_day, .word_count = word_count};
  dates->words = csup_allocate(allocator, word_count * sizeof *dates->words);
  if (!dates->words)
    return CSUP_E_NOMEM;
  memset(dates->words, 0, word_count * sizeof *dates->words);
  return CSUP_OK;
}

void csup_business_dates_free(csup_business_dates *dates, const csup_allocator *allocator) {
  csup_release(allocator, dates->words, dates->word_count * sizeof *dates->words);
  csup_release(allocator, dates->ranks, (dates->word_count + 1) * sizeof *dates->ranks);
  dates->words = NULL;
  dates->ranks = NULL;
}

void csup_business_dates_add(csup_business_dates *dates, int32_t day) {
  size_t bit = (size_t)(day - dates->first_day);
  dates->words[bit / WORD_BITS] |= UINT64_C(1) << bit % WORD_BITS;
}

static uint32_t bit_count(uint64_t word) {
  word -= word >> 1 & UINT64_C(0x5555555555555555);
  word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
  word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

csup_status csup_business_dates_count(csup_business_dates *dates, const csup_allocator *allocator) {
  dates->ranks = csup_allocate(allocator, (dates->word_count + 1) * sizeof *dates->ranks);
  if (!dates->ranks)
    return CSUP_E_NOMEM;
  dates->ranks[0] = 0;
  for (size_t i = 0; i < dates->word_count; i++)
    dates->ranks[i + 1] = dates->ranks[i] + bit_count(dates->words[i]);
  return CSUP_OK;
}

/* The word with ranks[word] <= rank < ranks[word + 1], sought outward from one that is mostly near. */
static size_t word_of(const csup_business_dates *dates, size_t near, uint32_t rank) {
  const uint32_t *ranks = dates->ranks;
  size_t low = near, high = near + 1, stride = 1;
  for (; ranks[low] > rank; stride *= 2) {
    high = low;
    low = low > stride ? low - stride : 0;
  }
  for (; ranks[high] <= rank; stride *= 2) {
    low = high;
    high = dates->word_count - high > stride ? high + stride : dates->word_count;
  }
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (ranks[middle] <= rank)
      low = middle;
    else
      high = middle;
  }
  return low;
}

bool csup_business_dates_step(const csup_business_dates *dates, int32_t day, int32_t n, int32_t *out) {
  int64_t bit = (int64_t)day - dates->first_day;
  if (n == 0) {
    *out = day;
    return true;
  }
  if (bit < 0 || bit >= (int64_t)(dates->word_count * WORD_BITS))
    return false;
  size_t word = (size_t)bit / WORD_BITS;
  uint64_t before = (UINT64_C(1) << bit % WORD_BITS) - 1; /* the bits of the dates before `day` in its word */
  uint64_t counted = n > 0 ? before << 1 | 1 : before;    /* stepping on, `day` itself lies behind */
  int64_t rank = (int64_t)dates->ranks[word] + bit_count(dates->words[word] & counted);
  rank += n > 0 ? (int64_t)n - 1 : (int64_t)n; /* the number, from 0, of the date sought */
  if (rank < 0 || rank >= (int64_t)dates->ranks[dates->word_count])
    return false;
  size_t found = word_of(dates, word, (uint32_t)rank);
  uint64_t rest = dates->words[found];
  for (int64_t skip = rank - (int64_t)dates->ranks[found]; skip > 0; skip--)
    rest &= rest - 1;
  *out = dates->first_day + (int32_t)(found * WORD_BITS + bit_count((rest & (0 - rest)) - 1));
  return true;
}
