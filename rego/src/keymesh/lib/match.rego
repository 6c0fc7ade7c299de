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
