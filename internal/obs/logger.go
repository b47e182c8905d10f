package obs

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

// The keys of the attributes that log lines share, so that a search for one
// entry or height finds all of its lines.
const (
	KeyEntry  = "entry"  // an entry's id
	KeyHeight = "height" // a block's height
	KeyModule = "module" // a module of the ledger, or a part of the program
	KeyOrg    = "org"    // a member
	KeyError  = "error"  // what went wrong
)

// Options says how to log. The zero value is info and auto.
type Options struct {
	// Level is the least level to write: debug, info, warn or error.
	// Default: info.
	Level string

	// Format is text, json, or auto, which is text on a terminal and JSON
	// elsewhere. Default: auto.
	Format string
}

// NewLogger returns a logger that writes to w.
func NewLogger(w io.Writer, o Options) (*slog.Logger, error) {
	var level slog.Level
	if o.Level != "" {
		if err := level.UnmarshalText([]byte(o.Level)); err != nil {
			return nil, fmt.Errorf("couldn't read log level %q: use debug, info, warn or error", o.Level)
		}
	}
	handler := &slog.HandlerOptions{Level: level, ReplaceAttr: withhold}
	switch o.Format {
	case "", "auto":
		if isTerminal(w) {
			return slog.New(slog.NewTextHandler(w, handler)), nil
		}
		return slog.New(slog.NewJSONHandler(w, handler)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, handler)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, handler)), nil
	}
	return nil, fmt.Errorf("couldn't use log format %q: use auto, text or json", o.Format)
}

// isTerminal tells whether a person reads w. The null device passes too, which
// harms nobody.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
