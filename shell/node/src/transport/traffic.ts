// What the transport counts since it was made, for metrics: plain numbers that only grow.

import type { Refused } from "./handshake.ts";

/** Why a connection from outside came to nothing. */
export type InboundRefusal =
  | Refused
  | "accept_failed"
  | "tls_version"
  | "tls_failed"
  | "handshake_timeout"
  | "too_many";

/** Why a dialled connection came to nothing, or ended. */
export type DialFailure =
  | "unreachable"
  | "tls_failed"
  | "timeout"
  | "wrong_key"
  | "refused"
  | "closed"
  | "silent"
  | "protocol";

export type TransportTraffic = {
  framesSent: number;
  framesReceived: number;
  /** Bytes of frames and their lengths, before encryption. */
  bytesSent: number;
  bytesReceived: number;
  /** Frames that found a full queue or no connection, or were waiting when theirs broke. */
  framesDropped: number;
  /** Connections closed because a frame was announced as longer than the limit. */
  framesOversized: number;
  /** Connections that gave way to a newer one of the same peer. */
  connectionsReplaced: number;
  readonly refused: Record<InboundRefusal, number>;
  readonly dialFailures: Record<DialFailure, number>;
};

export function newTraffic(): TransportTraffic {
  return {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    framesDropped: 0,
    framesOversized: 0,
    connectionsReplaced: 0,
    refused: {
      no_certificate: 0,
      unknown_key: 0,
      own_key: 0,
      wrong_protocol: 0,
      no_common_version: 0,
      accept_failed: 0,
      tls_version: 0,
      tls_failed: 0,
      handshake_timeout: 0,
      too_many: 0,
    },
    dialFailures: {
      unreachable: 0,
      tls_failed: 0,
      timeout: 0,
      wrong_key: 0,
      refused: 0,
      closed: 0,
      silent: 0,
      protocol: 0,
    },
  };
}
