package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// childEnv tells a program that it is a validator.
const childEnv = "PEDIGREE_BENCH_VALIDATOR"

// IsChild reports whether this process was started as a validator.
func IsChild() bool { return os.Getenv(childEnv) != "" }

// Child is a validator until it is told to stop or its parent is gone. It returns
// the exit code.
func Child() int {
	began := time.Now()
	if at, err := time.Parse(time.RFC3339Nano, os.Getenv(childEnv)); err == nil {
		began = at
	}
	if err := serve(os.Stdin, os.Stdout, began); err != nil {
		fmt.Fprintln(os.Stderr, "a validator of the benchmark ended:", err)
		return 1
	}
	return 0
}

// serve runs one validator: an order first, then requests, an answer for each.
func serve(in io.Reader, out io.Writer, began time.Time) error {
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	var o order
	if err := requests.Decode(&o); err != nil {
		return fmt.Errorf("couldn't read the order: %w", err)
	}
	if o.Sizes.Heap > 0 {
		debug.SetMemoryLimit(o.Sizes.Heap)
	}
	v, err := startValidator(o)
	if err == nil {
		v.started = time.Since(began)
	}
	if err := answers.Encode(reply(nil, err)); err != nil || v == nil {
		return err
	}
	for {
		var r request
		err := requests.Decode(&r)
		if errors.Is(err, io.EOF) || r.Do == "stop" {
			return v.stop()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("couldn't read a request: %w", err), v.stop())
		}
		if err := answers.Encode(reply(v.do(r))); err != nil {
			return errors.Join(err, v.stop())
		}
	}
}

func reply(result any, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: raw}
}

// do carries one request out.
func (v *validator) do(r request) (any, error) {
	ctx := context.Background()
	switch r.Do {
	case "status":
		return v.status(), nil
	case "memory":
		return v.memory()
	case "prepare":
		var n int
		if err := json.Unmarshal(r.With, &n); err != nil {
			return nil, err
		}
		return nil, v.prepare(ctx, n)
	case "load":
		var l Load
		if err := json.Unmarshal(r.With, &l); err != nil {
			return nil, err
		}
		return v.load(ctx, l)
	case "capture":
		var d Document
		if err := json.Unmarshal(r.With, &d); err != nil {
			return nil, err
		}
		return v.capture(ctx, d)
	case "judge":
		var q Question
		if err := json.Unmarshal(r.With, &q); err != nil {
			return nil, err
		}
		return v.judge(ctx, q)
	case "cpu":
		return processCPU(), nil
	case "journey":
		var hops int
		if err := json.Unmarshal(r.With, &hops); err != nil {
			return nil, err
		}
		return v.journey(ctx, hops)
	case "receipts":
		var n int
		if err := json.Unmarshal(r.With, &n); err != nil {
			return nil, err
		}
		return v.receipts(ctx, n)
	}
	return nil, fmt.Errorf("a validator of the benchmark can't %q", r.Do)
}

// memory reads what the process holds, without the prepared entries.
func (v *validator) memory() (Memory, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return Memory{Heap: int64(m.HeapInuse)}, fmt.Errorf("couldn't read the process's memory: %w", err)
	}
	for line := range bytes.Lines(text) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(strings.TrimSpace(string(line)), "VmRSS: %d kB", &kilobytes); n == 1 {
			return Memory{Resident: kilobytes<<10 - v.txs.area, Heap: int64(m.HeapInuse)}, nil
		}
	}
	return Memory{}, errors.New("couldn't find the process's memory in /proc/self/status")
}
