package engine

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	cmtlog "github.com/cometbft/cometbft/libs/log"
)

// consensusFailure is the message with which the engine's main loop ends on any
// panic in it, after which the process would run on without consensus. It is
// the only place where the engine says so (consensus/state.go, receiveRoutine).
const consensusFailure = "CONSENSUS FAILURE!!!"

// logger passes the engine's messages to slog and watches for the one that
// means the end.
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
	l.write(slog.LevelError, msg, keyvals)
	if msg == consensusFailure {
		l.onFail(fmt.Errorf("consensus stopped: %v", valueOf(keyvals, "err")))
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
		text[i] = v
		if s, ok := v.(fmt.Stringer); ok {
			text[i] = s.String()
		}
	}
	l.log.Log(ctx, level, "engine: "+msg, text...)
}

func valueOf(keyvals []any, key string) any {
	for i := 0; i+1 < len(keyvals); i += 2 {
		if keyvals[i] == key {
			return keyvals[i+1]
		}
	}
	return nil
}
