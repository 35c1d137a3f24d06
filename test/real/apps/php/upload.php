<?php
// The length that was announced, the length that came, and the hash.
$input = fopen('php://input', 'rb');
$context = hash_init('sha256');
$length = hash_update_stream($context, $input);
header('Content-Type: application/json');
echo json_encode([
    'announced' => (int) $_SERVER['CONTENT_LENGTH'],
    'length' => $length,
    'sha256' => hash_final($context),
]);
