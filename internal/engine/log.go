package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	cmtlog "github.com/cometbft/cometbft/libs/log"
)

// The messages after which the engine runs on without being of use, and says so
// nowhere else: consensus has ended in a panic, or its write-ahead log can't be
// written, so that the node would wait for its own vote for ever.
const (
	consensusFailure  = "CONSENSUS FAILURE!!!"
	logWriteFailed    = "failed writing to WAL"
	logFlushFailed    = "failed flushing WAL to disk"
	logPeriodicFailed = "Periodic WAL flush failed"
	pongMissed        = "pong timeout" // the end of a connection, not of a node
	voteFailed        = "failed signing vote"
	proposalFailed    = "propose step; failed signing proposal"
)

// ordinary are errors to the engine, at every orderly stop of this node or of
// another one, and to nobody else. The engine tells of connections that stay away
// by other messages.
var ordinary = map[string]bool{
	"Stopped accept routine, as transport is closed": true,
	"error while stopping peer":                      true,
	"Error stopping pool":                            true,
	"Stopping peer for error":                        true,
	"Won't start a peer - switch is not running":     true,
}

// logger passes the engine's messages to slog and watches for those that mean
// the end.
type logger struct {
	log    *slog.Logger
	onFail func(error)
}

var _ cmtlog.Logger = logger{}

// newLogger uses log, or writes warnings and errors to standard error.
func newLogger(log *slog.Logger, onFail func(error)) logger {
	if log == nil {
		log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	return logger{log: log, onFail: onFail}
}

func (l logger) Debug(msg string, keyvals ...any) { l.write(slog.LevelDebug, msg, keyvals) }
func (l logger) Info(msg string, keyvals ...any)  { l.write(slog.LevelInfo, msg, keyvals) }

func (l logger) Error(msg string, keyvals ...any) {
	if ordinary[msg] {
		l.write(slog.LevelInfo, msg, keyvals)
		return
	}
	reason := valueOf(keyvals, "err")
	if why, ok := reason.(error); ok && (errors.Is(why, ErrHeld) || errors.Is(why, ErrSignerAway)) && (msg == voteFailed || msg == proposalFailed) {
		l.write(slog.LevelWarn, "no vote", []any{"why", why})
		return
	}
	if halted, ok := reason.(error); ok && errors.Is(halted, ErrHalted) {
		l.write(slog.LevelWarn, "no vote", []any{"why", halted})
		return
	}
	l.write(slog.LevelError, msg, keyvals)
	if reason == nil {
		reason = "see the messages before this one"
	}
	switch msg {
	case consensusFailure:
		l.onFail(fmt.Errorf("consensus stopped: %v", reason))
	case logWriteFailed, logFlushFailed, logPeriodicFailed:
		l.onFail(fmt.Errorf("consensus can't write its log: %v", reason))
	case voteFailed:
		// To refuse a second vote is right, and the next round can be signed.
		if err, ok := reason.(error); !ok || !errors.Is(err, ErrWouldDoubleSign) {
			l.onFail(fmt.Errorf("consensus can't vote: %v", reason))
		}
	}
}

func (l logger) With(keyvals ...any) cmtlog.Logger {
	return logger{log: l.log.With(keyvals...), onFail: l.onFail}
}

// write formats nothing that nobody reads: the engine logs a lot per block.
func (l logger) write(level slog.Level, msg string, keyvals []any) {
	ctx := context.Background()
	if !l.log.Enabled(ctx, level) {
		return
	}
	text := make([]any, len(keyvals))
	for i, v := range keyvals {
		text[i] = bounded(v)
	}
	l.log.Log(ctx, level, "engine: "+msg, text...)
}

// bounded is a value as it is logged.
func bounded(v any) any {
	switch v := v.(type) {
	case fmt.Stringer:
		return shortened(v.String())
	case error:
		return shortened(v.Error())
	case nil, bool, int, int32, int64, uint, uint32, uint64, float64:
		return v
	default:
		return shortened(fmt.Sprintf("%+v", v))
	}
}

// shortened cuts what a peer may have made long.
func shortened(s string) string {
	if len(s) <= logValueBytesMax {
		return s
	}
	return fmt.Sprintf("%s (%d bytes more)", strings.ToValidUTF8(s[:logValueBytesMax], ""), len(s)-logValueBytesMax)
}

func valueOf(keyvals []any, key string) any {
	for i := 0; i+1 < len(keyvals); i += 2 {
		if keyvals[i] == key {
			return keyvals[i+1]
		}
	}
	return nil
}
