package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// streamVariable names, in the environment of a process of this program, the
// document that it shall read and nothing else; streamSets the rule sets.
const (
	streamVariable = "PEDIGREE_BENCH_STREAM"
	streamSets     = "PEDIGREE_BENCH_SETS"
)

// streamed is what one process used to read, check and hash a document on one
// processor.
type streamed struct {
	Idle, Peak int64 // bytes resident before it began, and at most
	Seconds    float64
}

// streamChild reads the document named in the environment.
func streamChild() error {
	runtime.GOMAXPROCS(1)
	var sets []epcis.Set
	for name := range strings.SplitSeq(os.Getenv(streamSets), ",") {
		sets = append(sets, epcis.Set(name))
	}
	idle, err := residentBytes("VmRSS")
	if err != nil {
		return err
	}
	f, err := os.Open(os.Getenv(streamVariable))
	if err != nil {
		return fmt.Errorf("couldn't read the document: %w", err)
	}
	defer f.Close()
	began := time.Now()
	check := epcis.NewChecker(epcis.CheckOptions{Now: epcistest.Defaults().Shipped.AddDate(0, 0, 7), Sets: sets})
	if _, err := readEvents(f, check, true); err != nil {
		return err
	}
	took := time.Since(began)
	peak, err := residentBytes("VmHWM")
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(streamed{Idle: idle, Peak: peak, Seconds: took.Seconds()})
}

// residentBytes reads a line of this process's status, such as VmHWM.
func residentBytes(name string) (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("couldn't read how much memory is resident: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("couldn't read how much memory is resident: the system tells no %s", name)
}

// stream reads a document in a process of its own.
func stream(ctx context.Context, path string, sets []epcis.Set) (streamed, error) {
	self, err := os.Executable()
	if err != nil {
		return streamed{}, err
	}
	names := make([]string, len(sets))
	for i, s := range sets {
		names[i] = string(s)
	}
	var out, complaint bytes.Buffer
	c := exec.CommandContext(ctx, self)
	c.Env = append(os.Environ(), streamVariable+"="+path, streamSets+"="+strings.Join(names, ","))
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		return streamed{}, fmt.Errorf("couldn't read a document in a process of its own: %w: %s", err, complaint.String())
	}
	var s streamed
	return s, errors.Join(json.Unmarshal(out.Bytes(), &s), ctx.Err())
}

// Targets of reading.
const (
	secondsMost     = 1   // for 10 MB
	plainMemoryMost = 100 // MB above idle for the rules that look at one event, for 100 MB
	wholeMemoryMost = 300 // and with those across the document
	jsonSpeedLeast  = 0.5 // of that of XML
)

// eventSets are the rules that look at one event.
var eventSets = []epcis.Set{epcis.SetStructure, epcis.SetGS1, epcis.SetCBV}

// onOneCore measures documents of both forms, each in a process of its own that
// uses one processor.
func (b *bench) onOneCore(ctx context.Context, paths []string, size int) ([]figure, error) {
	took, plain, whole := make([]sample, len(forms)), make([]sample, len(forms)), make([]sample, len(forms))
	for range b.size.repeats {
		for i := range forms {
			all, err := stream(ctx, paths[i], epcis.AllSets)
			if err != nil {
				return nil, err
			}
			few, err := stream(ctx, paths[i], eventSets)
			if err != nil {
				return nil, err
			}
			took[i].add(all.Seconds)
			whole[i].add(megabytes(all.Peak - all.Idle))
			plain[i].add(megabytes(few.Peak - few.Idle))
		}
	}
	var list []figure
	for i, f := range forms {
		name := fmt.Sprintf("%s of %s MB, one processor", f.name, number(float64(size)/1e6))
		time := figure{name: name + ", parsed, checked and hashed", got: took[i], unit: "s"}
		if i == 0 && size <= 10_000_000 {
			time.goal, time.why = atMost(secondsMost), "the garbage collector has to share the processor"
		}
		if i > 0 { // in seconds, so the other way round
			time.base, time.goal, time.why = took[0], ratioAtMost(1/jsonSpeedLeast), "names and strings of JSON are longer and have to be decoded"
		}
		few := figure{name: name + ", resident above idle", got: plain[i], unit: "MB", goal: atMost(plainMemoryMost), why: "the garbage collector lets the heap grow before it runs"}
		few.note = "with the rule sets structure, GS1 and CBV, which look at one event at a time"
		all := figure{name: name + ", the same with the rules across the document", got: whole[i], unit: "MB", goal: atMost(wholeMemoryMost), why: "each pack, case and pallet is remembered until the end"}
		list = append(list, time, few, all)
	}
	return list, nil
}
