// What the server counts for Prometheus, by name and label.

import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof makeMetrics>

/** A registry of its own for each server, so that two can live in one process. */
export function makeMetrics() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    devices: new Gauge({
      name: 'sealift_devices',
      help: 'devices by product and status',
      labelNames: ['product', 'status'],
      registers,
    }),
    rollouts: new Gauge({
      name: 'sealift_rollouts',
      help: 'rollouts by state',
      labelNames: ['state'],
      registers,
    }),
    checks: new Counter({
      name: 'sealift_checks_total',
      help: 'check-ins by answer: changed, unchanged',
      labelNames: ['answer'],
      registers,
    }),
    reports: new Counter({
      name: 'sealift_reports_total',
      help: 'reports accepted for the first time, by event',
      labelNames: ['event'],
      registers,
    }),
    faults: new Counter({
      name: 'sealift_faults_total',
      help: 'faults that devices reported, by code',
      labelNames: ['code'],
      registers,
    }),
    refusals: new Counter({
      name: 'sealift_refusals_total',
      help: 'requests that the server refused, by code',
      labelNames: ['code'],
      registers,
    }),
    downloads: new Gauge({ name: 'sealift_downloads', help: 'downloads under way', registers }),
    downloadBytes: new Counter({ name: 'sealift_download_bytes_total', help: 'bytes of images sent', registers }),
    watchers: new Gauge({ name: 'sealift_watchers', help: 'people who watch live', registers }),
    metadataExpires: new Gauge({
      name: 'sealift_metadata_expires_seconds',
      help: 'when the newest metadata of each image role ends, in seconds since 1970',
      labelNames: ['role'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'sealift_request_seconds',
      help: 'time to answer, by listener, route and status class',
      labelNames: ['listener', 'route', 'status'],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10],
      registers,
    }),
  }
}
