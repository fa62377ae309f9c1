// What lies where in a device's folder.

export const FILES = {
  device: 'device.json',
  key: 'identity/key.pem',
  certificate: 'identity/cert.pem',
  serverCa: 'identity/server-ca.pem',
  directorRoot: 'trust/director-root.json',
  imageRoot: 'trust/image-root.json',
  bootKeys: 'trust/boot-keys.json',
  trustState: 'trust/state.json',
  journal: 'agent/journal.json',
  outbox: 'agent/outbox',
  consent: 'consent.json',
  status: 'status.json',
} as const
