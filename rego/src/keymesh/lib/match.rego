# METADATA
# description: Matchers that Java compiled from patterns. A matcher of another type matches nothing.
package keymesh.lib

matches(matcher, name) if {
	is_object(matcher)
	is_string(name)
	_matches(matcher, name)
}

_matches(matcher, _) if matcher.any == true

_matches(matcher, name) if matcher.exact[name] == true

_matches(matcher, name) if {
	some prefix in matcher.prefix
	startswith(name, prefix)
}

_matches(matcher, name) if {
	some suffix in matcher.suffix
	endswith(name, suffix)
}

_matches(matcher, name) if {
	some affix in matcher.affix
	startswith(name, affix.prefix)
	endswith(name, affix.suffix)
	count(name) >= count(affix.prefix) + count(affix.suffix)
}

# Whether a matcher may match some name that begins so.
may_match_some(matcher, beginning) if {
	some name, _ in matcher.exact
	startswith(name, beginning)
}

may_match_some(matcher, beginning) if {
	some prefix in matcher.prefix
	overlap(prefix, beginning)
}

may_match_some(matcher, _) if count(matcher.suffix) > 0

may_match_some(matcher, beginning) if {
	some affix in matcher.affix
	overlap(affix.prefix, beginning)
}

overlap(one, other) if startswith(one, other)

overlap(one, other) if startswith(other, one)

# A matcher is whole when every member has its type: a deny list that lost a member must not deny less.
whole(matcher) if {
	is_object(matcher)
	is_boolean(matcher.any)
	is_object(matcher.exact)
	every flag in matcher.exact {
		flag == true
	}
	is_array(matcher.prefix)
	every prefix in matcher.prefix {
		is_string(prefix)
	}
	is_array(matcher.suffix)
	every suffix in matcher.suffix {
		is_string(suffix)
	}
	is_array(matcher.affix)
	every affix in matcher.affix {
		is_string(affix.prefix)
		is_string(affix.suffix)
	}
}

# A pattern beside matchers: a whole name, or what stands before and after its star.
whole_pattern(pattern) if {
	is_boolean(pattern.star)
	is_string(pattern.name)
	is_string(pattern.prefix)
	is_string(pattern.suffix)
	is_string(pattern.says)
}

# Whether a matcher matches every name that a pattern stands for, as far as one entry of it shows that.
covers(matcher, _) if matcher.any == true

covers(matcher, pattern) if {
	pattern.star == false
	matches(matcher, pattern.name)
}

covers(matcher, pattern) if {
	pattern.star == true
	some prefix in matcher.prefix
	startswith(pattern.prefix, prefix)
}

covers(matcher, pattern) if {
	pattern.star == true
	some suffix in matcher.suffix
	endswith(pattern.suffix, suffix)
}

covers(matcher, pattern) if {
	pattern.star == true
	some affix in matcher.affix
	startswith(pattern.prefix, affix.prefix)
	endswith(pattern.suffix, affix.suffix)
}

# Whether nothing that a pattern stands for is denied, except what is denied beside it as well.
spares(_, pattern, denied) if covers(denied, pattern)

# All three must be whole, which the caller checks once for all.
spares(deny, pattern, denied) if not leaks(deny, pattern, denied)

leaks(deny, pattern, denied) if {
	deny.any == true
	not covers(denied, pattern)
}

leaks(deny, pattern, _) if {
	pattern.star == false
	matches(deny, pattern.name)
}

leaks(deny, pattern, denied) if {
	pattern.star == true
	some name, _ in deny.exact
	startswith(name, pattern.prefix)
	endswith(name, pattern.suffix)
	not matches(denied, name)
}

leaks(deny, pattern, denied) if {
	pattern.star == true
	some prefix in deny.prefix
	overlap(prefix, pattern.prefix)
	not covers(denied, {"star": true, "prefix": prefix, "suffix": ""})
}

leaks(deny, pattern, denied) if {
	pattern.star == true
	some suffix in deny.suffix
	overlap_at_end(suffix, pattern.suffix)
	not covers(denied, {"star": true, "prefix": "", "suffix": suffix})
}

leaks(deny, pattern, denied) if {
	pattern.star == true
	some affix in deny.affix
	overlap(affix.prefix, pattern.prefix)
	overlap_at_end(affix.suffix, pattern.suffix)
	not covers(denied, {"star": true, "prefix": affix.prefix, "suffix": affix.suffix})
}

overlap_at_end(one, other) if endswith(one, other)

overlap_at_end(one, other) if endswith(other, one)
