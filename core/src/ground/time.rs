//! Instants, zones, buckets, calendars.
