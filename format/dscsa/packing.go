package dscsa

// pack puts a thing into a parent. It answers the parent that holds it already,
// when there is another one; nothing is changed then. Neither is it where the
// thing would come to stand inside itself or too deep.
func (t *things) pack(child, parent uint32) (held uint32) {
	o := t.at(child)
	if o.parent != 0 {
		if o.parent == parent {
			return 0
		}
		return o.parent
	}
	depth := 1
	for up := parent; up != 0; up = t.at(up).parent {
		if up == child {
			return 0
		}
		depth++
	}
	if depth+int(o.height) > LevelsMax {
		return 0
	}
	p := t.at(parent)
	o.parent, o.before, o.after = parent, p.last, 0
	if p.last != 0 {
		t.at(p.last).after = child
	} else {
		p.first = child
	}
	p.last = child
	level := o.height + 1
	for up := parent; up != 0 && t.at(up).height < level; up = t.at(up).parent {
		t.at(up).height = level
		level++
	}
	return 0
}

// unpack takes a thing out of what it is in.
func (t *things) unpack(child uint32) {
	o := t.at(child)
	if o.parent == 0 {
		return
	}
	p := t.at(o.parent)
	if o.before != 0 {
		t.at(o.before).after = o.after
	} else {
		p.first = o.after
	}
	if o.after != 0 {
		t.at(o.after).before = o.before
	} else {
		p.last = o.before
	}
	o.parent, o.before, o.after = 0, 0, 0
	if p.first == 0 {
		p.height = 0
	}
}

// unpackAll empties a container.
func (t *things) unpackAll(parent uint32) {
	for t.at(parent).first != 0 {
		t.unpack(t.at(parent).first)
	}
}
