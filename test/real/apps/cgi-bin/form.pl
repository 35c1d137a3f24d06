#!/usr/bin/perl
# What CGI.pm makes of a form: each parameter as a line, each file as its name and length.
use strict;
use warnings;
use CGI;

my $form = CGI->new;
print $form->header(-type => 'text/plain', -cookie => $form->cookie(-name => 'seen', -value => 'yes'));
for my $name (sort $form->multi_param) {
    my $file = $form->upload($name);
    if (defined $file) {
        binmode $file;
        local $/;
        my $bytes = <$file>;
        printf "%s = %s of %d bytes\n", $name, $form->param($name), length $bytes;
    } else {
        printf "%s = %s\n", $name, join(' and ', $form->multi_param($name));
    }
}
