package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/bench/hostile"
)

// What a node should hold under attack.
const (
	hostileSideBySide = 2   // attacks at a time
	hostileSlowdown   = 2.0 // of another client's p95, at most
)

// hostileSection attacks a node and looks how another client is served meanwhile.
// The attackers are a process on the same machine that runs only where a processor is
// free, for they stand for others.
func hostileSection(ctx context.Context, b *bench) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	program, err := hostile.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	n, err := hostile.Start(ctx, hostile.Config{Program: program, Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Stop()) }()
	before, err := n.Resident()
	if err == nil {
		err = n.ForgetPeak()
	}
	if err != nil {
		return nil, err
	}
	var calm, attacked sample
	attacks := 0
	for range b.size.repeats {
		quiet, err := b.honest(ctx, n)
		if err != nil {
			return nil, err
		}
		calm.add(float64(quiet.P95().Microseconds()) / 1000)
		served, count, err := b.underAttack(ctx, n)
		if err != nil {
			return nil, err
		}
		attacks += count
		attacked.add(float64(served.P95().Microseconds()) / 1000)
		b.say("p95 of another client: %s in peace, %s under %d attacks", quiet.P95().Round(time.Microsecond), served.P95().Round(time.Microsecond), count)
	}
	peak, err := n.Peak()
	return []figure{
		{
			name: "another client's p95 under attack, against its p95 in peace", got: attacked, base: calm, unit: "ms", goal: ratioAtMost(hostileSlowdown),
			note: fmt.Sprintf("%d attacks, %d at a time, by a process that runs where the attacked machine's processors are free; 500 slow connections beside them", attacks, hostileSideBySide),
			why:  "what is read for the attackers and for the client shares the processors",
		},
		{name: "memory gained under attack", got: sample{megabytes(peak - before)}, unit: "MB", goal: atMost(megabytes(hostile.MemoryMax)), why: "documents and bodies are read side by side"},
	}, err
}

// honest serves another client for a while.
func (b *bench) honest(ctx context.Context, n *hostile.Node) (hostile.Served, error) {
	ctx, end := context.WithTimeout(ctx, b.size.hostileTime)
	defer end()
	s := n.Honest(ctx)
	if len(s.Faults) > 0 {
		return s, fmt.Errorf("another client was not served: %s", s.Faults[0])
	}
	return s, nil
}

// underAttack does so while attacks run one after another, again and again.
func (b *bench) underAttack(ctx context.Context, n *hostile.Node) (hostile.Served, int, error) {
	raid, err := n.Raid(hostileSideBySide)
	if err != nil {
		return hostile.Served{}, 0, err
	}
	served, err := b.honest(ctx, n)
	attacks, raided := raid.End()
	return served, attacks, errors.Join(err, raided)
}

// raiding runs attackers when this process is to be them.
func raiding() bool { return hostile.Raiding() }
